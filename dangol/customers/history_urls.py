"""The history of people, companies and records, and the trash."""

from django.urls import path

from dangol.customers.views import history, trash

app_name = "history"

urlpatterns = [
    path("people/<uuid:record_id>/history/", history.show, {"kind": "person"}, name="person"),
    path("companies/<uuid:record_id>/history/", history.show, {"kind": "company"}, name="company"),
    path("records/<uuid:record_id>/history/", history.show, {"kind": "record"}, name="record"),
    path("history/<int:change_id>/", history.record, name="restore_record"),
    path("history/<int:change_id>/field/", history.field, name="restore_field"),
    path("history/<int:change_id>/line/", history.line, name="take_back"),
    path("history/batches/<uuid:batch>/undo/", history.undo, name="undo"),
    path("people/<uuid:row_id>/deletion/", trash.throw, {"kind": "person"}, name="delete_person"),
    path("companies/<uuid:row_id>/deletion/", trash.throw, {"kind": "company"}, name="delete_company"),
    path("trash/", trash.show, name="trash"),
    path("trash/<str:kind>/<uuid:row_id>/restoration/", trash.restore, name="restoration"),
    path("trash/<str:kind>/<uuid:row_id>/end/", trash.end, name="end"),
]
