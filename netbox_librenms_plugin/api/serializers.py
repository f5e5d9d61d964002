"""The plugin's models as REST shows them."""

from typing import Any

from core.models import ObjectType
from dcim.choices import InterfaceTypeChoices
from django.utils.translation import gettext as _
from netbox.api.fields import ChoiceField, ContentTypeField
from netbox.api.serializers import NetBoxModelSerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from ..choice_lists import server_names
from ..choices import InterfaceNameFieldChoices, PolicyChoices, RunStateChoices
from ..models import FieldPolicy, InterfaceTypeMapping, LibreNMSSettings, SyncRun
