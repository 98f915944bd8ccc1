"""Addresses of the segments room."""

from django.urls import path

from dangol.segments.views import builder, history, lists, overlap, segment_detail, segment_list, traits

app_name = "segments"
urlpatterns = [
    path("", segment_list.show, name="list"),
    path("new/", builder.create, name="new"),
    path("estimate/", builder.estimate, name="estimate"),
    path("<uuid:segment_id>/", segment_detail.show, name="detail"),
    path("<uuid:segment_id>/edit/", builder.edit, name="edit"),
    path("<uuid:segment_id>/delete/", segment_detail.delete, name="delete"),
    path("<uuid:segment_id>/history/", history.show, name="history"),
    path("<uuid:segment_id>/history/<int:number>/restore/", history.restore, name="restore"),
    path("<uuid:segment_id>/overlap/", overlap.show, name="overlap"),
    path("lists/", lists.show, name="lists"),
    path("lists/new/", lists.create, name="new_list"),
    path("traits/", traits.show, name="traits"),
    path("traits/new/", traits.create, name="new_trait"),
    path("traits/<uuid:trait_id>/", traits.edit, name="edit_trait"),
    path("traits/<uuid:trait_id>/delete/", traits.delete, name="delete_trait"),
    path("traits/of/<uuid:person_id>/", traits.of_person, name="traits_of"),
]
