"""Addresses of the API, its documentation and its keys."""

from django.urls import include, path

from dangol.api.endpoints.entry import api
from dangol.api.views import docs, keys, scim

pages = [
    path("api/v1/docs", docs.show, name="docs"),
    path("settings/api-keys/", keys.show, name="keys"),
    path("settings/api-keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke"),
]

directory = [
    path("ServiceProviderConfig", scim.service, name="service"),
    path("ResourceTypes", scim.resource_types, name="resource_types"),
    path("ResourceTypes/<str:name>", scim.resource_types, name="resource_type"),
    path("Schemas", scim.schemas, name="schemas"),
    path("Schemas/<str:name>", scim.schemas, name="schema"),
    path("Users", scim.users, name="users"),
    path("Users/<uuid:member_id>", scim.user, name="user"),
    path("Groups", scim.groups, name="groups"),
    path("Groups/<uuid:team_id>", scim.group, name="group"),
    path("<path:rest>", scim.nothing, name="nothing"),
]

urlpatterns = [
    path("scim/v2/", include((directory, "scim"))),
    path("", include((pages, "api"))),
    path("api/v1/", api.urls),
]
