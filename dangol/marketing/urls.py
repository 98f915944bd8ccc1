"""Pages of the marketing room."""

from django.urls import path

from dangol.marketing.views import campaign_detail, campaign_edit, campaign_list, campaign_send

app_name = "marketing"

urlpatterns = [
    path("", campaign_list.show, name="campaigns"),
    path("new/", campaign_edit.new, name="new"),
    path("<uuid:campaign_id>/", campaign_detail.show, name="campaign"),
    path("<uuid:campaign_id>/edit/", campaign_edit.edit, name="edit"),
    path("<uuid:campaign_id>/forecast/", campaign_detail.show_forecast, name="forecast"),
    path("<uuid:campaign_id>/progress/", campaign_detail.show_progress, name="progress"),
    path("<uuid:campaign_id>/launch/", campaign_send.launch, name="launch"),
    path("<uuid:campaign_id>/schedule/", campaign_send.schedule, name="schedule"),
    path("<uuid:campaign_id>/cancellation/", campaign_send.cancel, name="cancellation"),
]
