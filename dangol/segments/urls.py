"""Addresses of the segments room."""

from django.urls import path

from dangol.segments.views import builder, segment_detail, segment_list

app_name = "segments"
urlpatterns = [
    path("", segment_list.show, name="list"),
    path("new/", builder.create, name="new"),
    path("estimate/", builder.estimate, name="estimate"),
    path("<uuid:segment_id>/", segment_detail.show, name="detail"),
    path("<uuid:segment_id>/edit/", builder.edit, name="edit"),
    path("<uuid:segment_id>/delete/", segment_detail.delete, name="delete"),
]
