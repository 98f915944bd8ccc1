"""Pages about fields, objects and records. The list of an object's records (`fields:records`) belongs to the desk."""

from django.urls import path

from dangol.customers.views import fields, objects, records

app_name = "fields"

urlpatterns = [
    path("settings/fields/", fields.show, name="settings"),
    path("settings/fields/of/<str:object_key>/", fields.show, name="definitions"),
    path("settings/fields/of/<str:object_key>/new/", fields.new, name="new"),
    path("settings/fields/<uuid:field_id>/", fields.edit, name="edit"),
    path("settings/fields/<uuid:field_id>/exchanges/<uuid:batch>/undo/", fields.take_back, name="take_back"),
    path("settings/fields/<uuid:field_id>/archival/", fields.archive, name="archival"),
    path("settings/fields/<uuid:field_id>/restoration/", fields.restore, name="restoration"),
    path("settings/fields/<uuid:field_id>/up/", fields.move, {"steps": -1}, name="up"),
    path("settings/fields/<uuid:field_id>/down/", fields.move, {"steps": 1}, name="down"),
    path("settings/objects/", objects.show, name="objects"),
    path("settings/objects/new/", objects.new, name="object_new"),
    path("settings/objects/<uuid:object_id>/", objects.edit, name="object"),
    path("settings/objects/<uuid:object_id>/archival/", objects.archive, {"archived": True}, name="object_archival"),
    path(
        "settings/objects/<uuid:object_id>/restoration/",
        objects.archive,
        {"archived": False},
        name="object_restoration",
    ),
    path("records/", records.show_objects, name="all"),
    path("records/of/<str:object_key>/new/", records.new, name="record_new"),
    path("records/<uuid:record_id>/", records.show, name="record"),
    path("records/<uuid:record_id>/edit/", records.edit, name="record_edit"),
    path("records/<uuid:record_id>/deletion/", records.delete, name="record_deletion"),
    path("fields/files/<uuid:file_id>/", records.download, name="file"),
    path("fields/<uuid:field_id>/suggestions/", records.suggest, name="suggestions"),
]
