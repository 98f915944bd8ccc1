"""Where the scheduled sources live."""

from django.urls import path

from dangol.integrations.data_sources.views import runs, sources, steps

app_name = "data_sources"

urlpatterns = [
    path("", sources.index, name="sources"),
    path("new/", sources.new, name="new"),
    path("<uuid:source_id>/", sources.show, name="source"),
    path("<uuid:source_id>/connection/", steps.place, name="place"),
    path("<uuid:source_id>/content/", steps.content, name="content"),
    path("<uuid:source_id>/columns/", steps.columns, name="columns"),
    path("<uuid:source_id>/schedule/", steps.schedule, name="schedule"),
    path("<uuid:source_id>/run/", sources.run, name="run_now"),
    path("<uuid:source_id>/activity/", sources.activity, name="activity"),
    path("<uuid:source_id>/host-key/", sources.forget_key, name="forget_key"),
    path("<uuid:source_id>/deletion/", sources.delete, name="delete"),
    path("<uuid:source_id>/runs/<uuid:run_id>/", runs.show, name="run"),
    path("<uuid:source_id>/runs/<uuid:run_id>/cancellation/", runs.cancel, name="cancel"),
    path("<uuid:source_id>/runs/<uuid:run_id>/undo/", runs.undo, name="undo"),
    path("<uuid:source_id>/runs/<uuid:run_id>/problems.csv", runs.problems, name="problems"),
]
