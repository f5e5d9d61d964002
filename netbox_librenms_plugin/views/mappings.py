"""Pages of the mappings: for each model its filters, forms and table, which are called after it."""

from .. import filtersets, forms, models
from ..tables import mappings as tables
from .model_pages import register_pages

for _model in (
    models.DeviceTypeMapping,
    models.InterfaceTypeMapping,
    models.LocationMapping,
    models.PlatformMapping,
):
    _name = _model.__name__
    register_pages(
        _model,
        filterset=getattr(filtersets, f"{_name}FilterSet"),
        filter_form=getattr(forms, f"{_name}FilterForm"),
        table=getattr(tables, f"{_name}Table"),
        form=getattr(forms, f"{_name}Form"),
        import_form=getattr(forms, f"{_name}ImportForm"),
        bulk_edit_form=getattr(forms, f"{_name}BulkEditForm"),
    )
