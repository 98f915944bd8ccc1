"""Where every page lives."""

from django.urls import include, path
from django.views.generic import RedirectView

from dangol.config import failures, health, measures
from dangol.customers import field_urls
from dangol.desk.views import company_detail, person_detail, records, timeline

RECORDS = path("records/of/<str:object_key>/", records.show, name="records")

handler500 = failures.server_error
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", measures.metrics, name="metrics"),
    path("", include("dangol.desk.urls")),
    path("", include("dangol.api.urls")),
    path("accounts/email/", RedirectView.as_view(pattern_name="profile")),  # allauth would change it unasked
    path("accounts/", include("dangol.workspaces.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-factor/webauthn/", RedirectView.as_view(pattern_name="mfa_index")),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("people/<uuid:person_id>/", person_detail.show, name="person"),
    path("people/<uuid:person_id>/timeline/", timeline.show, name="person_timeline"),
    path("companies/<uuid:company_id>/", company_detail.show, name="company"),
    path("", include("dangol.customers.history_urls")),
    path("", include("dangol.customers.urls")),
    path("", include(([*field_urls.urlpatterns, RECORDS], field_urls.app_name))),
    path("segments/", include("dangol.segments.urls")),
    path("campaigns/", include("dangol.marketing.urls")),
    path("sources/", include("dangol.tracking.urls")),
    path("sources/", include("dangol.integrations.event_files.urls")),
    path("sources/", include("dangol.integrations.devices.urls")),
    path("", include("dangol.integrations.webhooks.urls")),
    path("", include("dangol.integrations.tills.urls")),
    path("", include("dangol.integrations.short_links.urls")),
    path("ui/", include("dangol.ui.urls")),
    path("mail/", include("dangol.integrations.mail_catcher.urls")),
    path("settings/returned-mail/", include("dangol.integrations.bounce_mailbox.urls")),
    path("settings/data-sources/", include("dangol.integrations.data_sources.urls")),
    path("", include("dangol.messaging.urls")),
    path("", include("dangol.relations.urls")),
    path("", include("dangol.privacy.urls")),
]
