"""Addresses of the tracking room."""

from django.urls import path

from dangol.tracking.views import catalogue, dead_letters, events, fields, lake, replays, sources, trends

app_name = "tracking"
urlpatterns = [
    path("", sources.show, name="sources"),
    path("new/", sources.create, name="new"),
    path("times/", sources.times, name="times"),
    path("<uuid:source_id>/install/", sources.install, name="install"),
    path("<uuid:source_id>/revoke/", sources.revoke, name="revoke"),
    path("<uuid:source_id>/fields/", fields.show, name="fields"),
    path("events/", events.show, name="events"),
    path("lake/", lake.show, name="lake"),
    path("lake/rebuild/", lake.rebuild, name="lake_rebuild"),
    path("events/<uuid:event_id>/", events.detail, name="event_seen"),
    path("catalogue/", catalogue.show, name="catalogue"),
    path("catalogue/<uuid:event_id>/", catalogue.detail, name="event"),
    path("catalogue/<uuid:event_id>/description/", catalogue.describe, name="describe_event"),
    path("catalogue/<uuid:event_id>/rule/", catalogue.rule, name="rule_event"),
    path("catalogue/<uuid:event_id>/<uuid:property_id>/rule/", catalogue.rule_property, name="rule_property"),
    path("catalogue/warnings/<uuid:warning_id>/close/", catalogue.close_warning, name="close_warning"),
    path("trends/", trends.show, name="trend"),
    path("trends/export.csv", trends.export, name="trend_export"),
    path("replays/", replays.show, name="replays"),
    path("replays/<uuid:replay_id>/stop/", replays.stop, name="stop_replay"),
    path("replays/<uuid:replay_id>/resume/", replays.resume, name="resume_replay"),
    path("dead-letters/", dead_letters.show, name="dead_letters"),
    path("dead-letters/<uuid:letter_id>/again/", dead_letters.try_one, name="try_one"),
    path("dead-letters/all-again/", dead_letters.try_all, name="try_all"),
]
