"""Whose records somebody works with who sees those of a team, or of a branch with all below it."""

from django.db import migrations

# It runs with the rights of who asks, so the walls between workspaces hold inside it.
COLLEAGUES = """
CREATE FUNCTION dangol_colleagues(asking uuid, of_branch boolean) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE own AS (
        SELECT member.workspace_id, member.team_id, team.branch_id
        FROM workspaces_member member
        LEFT JOIN workspaces_team team ON team.workspace_id = member.workspace_id AND team.id = member.team_id
        WHERE member.id = asking
    ), below AS (
        SELECT own.workspace_id, own.branch_id AS id FROM own WHERE of_branch AND own.branch_id IS NOT NULL
        UNION
        SELECT branch.workspace_id, branch.id FROM workspaces_branch branch
        JOIN below ON branch.workspace_id = below.workspace_id AND branch.parent_id = below.id
    )
    SELECT asking
    UNION ALL
    SELECT member.id FROM workspaces_member member
    WHERE member.team_id IN (
        SELECT own.team_id FROM own
        UNION ALL
        SELECT team.id FROM workspaces_team team
        JOIN below ON below.workspace_id = team.workspace_id AND below.id = team.branch_id
    )
$$
"""

OPERATIONS = [migrations.RunSQL(COLLEAGUES)]
