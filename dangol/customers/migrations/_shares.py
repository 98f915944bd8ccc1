"""Rows that are shown to somebody whose rights do not reach them."""

from django.db import migrations

# It runs with the rights of who asks, so the walls between workspaces hold inside it.
SHARED = """
CREATE FUNCTION dangol_shared(asking uuid, changing boolean) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(share.person_id, share.company_id, share.record_id)
    FROM customers_share share
    WHERE share.until > now() AND (share.may_change OR NOT changing) AND (
        share.member_id = asking
        OR share.team_id = (SELECT member.team_id FROM workspaces_member member WHERE member.id = asking)
    )
$$
"""

OPERATIONS = [migrations.RunSQL(SHARED)]
