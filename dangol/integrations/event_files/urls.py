"""Where files of events are uploaded and taken in."""

from django.urls import path

from dangol.integrations.event_files import views

app_name = "event_files"

urlpatterns = [
    path("<uuid:source_id>/files/", views.source, name="source"),
    path("files/<uuid:file_id>/", views.show, name="file"),
    path("files/<uuid:file_id>/check/", views.check, name="check"),
    path("files/<uuid:file_id>/start/", views.start, name="start"),
    path("files/<uuid:file_id>/steer/", views.steer, name="steer"),
]
