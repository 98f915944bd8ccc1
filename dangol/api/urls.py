"""Addresses of the API."""

from django.urls import path

from dangol.api.endpoints.entry import api

urlpatterns = [
    path("api/v1/", api.urls),
]
