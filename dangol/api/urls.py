"""Addresses of the API, its documentation and its keys."""

from django.urls import include, path

from dangol.api.endpoints.entry import api
from dangol.api.views import docs, keys

pages = [
    path("api/v1/docs", docs.show, name="docs"),
    path("settings/api-keys/", keys.show, name="keys"),
    path("settings/api-keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke"),
]

urlpatterns = [
    path("", include((pages, "api"))),
    path("api/v1/", api.urls),
]
