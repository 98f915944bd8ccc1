"""Addresses of the tracking room."""

from django.urls import path

from dangol.tracking.views import dead_letters, events, fields, lake, sources

app_name = "tracking"
urlpatterns = [
    path("", sources.show, name="sources"),
    path("new/", sources.create, name="new"),
    path("<uuid:source_id>/install/", sources.install, name="install"),
    path("<uuid:source_id>/revoke/", sources.revoke, name="revoke"),
    path("<uuid:source_id>/fields/", fields.show, name="fields"),
    path("events/", events.show, name="events"),
    path("lake/", lake.show, name="lake"),
    path("lake/rebuild/", lake.rebuild, name="lake_rebuild"),
    path("dead-letters/", dead_letters.show, name="dead_letters"),
    path("dead-letters/<uuid:letter_id>/again/", dead_letters.try_one, name="try_one"),
    path("dead-letters/<slug:code>/all-again/", dead_letters.try_all, name="try_all"),
]
