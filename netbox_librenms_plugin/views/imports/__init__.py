"""The import of devices: the list, what is decided for its rows, and what is done with them."""

from . import details, filters, list, rows, stacks

__all__ = ("PARTS", "details", "filters", "list", "rows", "stacks")

# (path below that of the list, name, view)
PARTS = (
    ("", "librenms_import", list.ImportListView),
    ("list/", "librenms_import_list", list.ImportFragmentView),
    ("refresh/", "librenms_import_refresh", list.ImportRefreshView),
    ("filters/", "librenms_import_filters", filters.ImportFiltersView),
    ("choose/", "librenms_import_choose", rows.ImportChooseView),
    ("choose-many/", "librenms_import_choose_many", rows.ImportChooseManyView),
    ("set/", "librenms_import_set", details.ImportSetView),
    ("ignore/", "librenms_import_ignore", rows.ImportIgnoreView),
    ("stacks/", "librenms_import_stacks", stacks.ImportStacksView),
    ("<int:librenms_id>/details/", "librenms_import_details", details.ImportDetailsView),
    ("<int:librenms_id>/stack/", "librenms_import_stack", details.ImportStackView),
)
