"""Call-backs and what customers answered."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Changed, Mutable, check, not_empty, one_of, reference, table_args
from models.terms import (
    ContactResult,
    FollowUpKind,
    FollowUpStatus,
    Priority,
    SurveyMode,
    SurveyStatus,
)


class FollowUp(Mutable, table=True):
    """回访任务. The window is local time of day, ``HH:MM``; ``ended_because`` a reason."""

    __tablename__ = "follow_up"
    __table_args__ = table_args(
        one_of("kind", FollowUpKind),
        one_of("status", FollowUpStatus),
        one_of("priority", Priority),
        sa.Index("ix_follow_up_status_due_on", "status", "due_on", "priority", "id"),
        check("ended_has_time", "(status NOT IN ('scheduled', 'due')) = (ended_at IS NOT NULL)"),
        *not_empty("script", "ended_because"),
    )

    kind: str
    status: str = Field(default=FollowUpStatus.SCHEDULED)
    priority: str = Field(default=Priority.P3)
    ticket_id: int | None = reference("ticket", default=None, index=True)
    customer_id: int = reference("customer", index=True)
    questionnaire_id: int | None = reference("questionnaire", default=None)
    owner_id: int | None = reference("staff", default=None)
    due_on: date
    window_from: str | None = Field(default=None, max_length=5)
    window_to: str | None = Field(default=None, max_length=5)
    script: str | None = None
    attempts: int = 0
    planned_at: datetime
    ended_at: datetime | None = None
    ended_because: str | None = None


class ContactAttempt(Changed, table=True):
    """One try to reach the customer; append-only."""

    __tablename__ = "contact_attempt"
    __table_args__ = table_args(one_of("result", ContactResult))

    follow_up_id: int = reference("follow_up", index=True)
    at: datetime
    actor_id: int = reference("staff")
    result: str
    note: str | None = None


class Questionnaire(Mutable, table=True):
    """问卷, a version of it; dimension codes stay stable over versions."""

    __tablename__ = "questionnaire"
    __table_args__ = table_args(
        sa.UniqueConstraint("code", "version_no"), *not_empty("code", "title")
    )

    code: str = Field(max_length=40)
    version_no: int
    title: str = Field(max_length=120)
    active: bool = True


class Question(Changed, table=True):
    """One question of a questionnaire version."""

    __tablename__ = "question"
    __table_args__ = table_args(
        sa.UniqueConstraint("questionnaire_id", "position"), *not_empty("dimension", "text")
    )

    questionnaire_id: int = reference("questionnaire")
    position: int
    dimension: str = Field(max_length=40)
    text: str = Field(max_length=200)
    rated: bool = True


class SurveyResponse(Mutable, table=True):
    """One invitation to answer and its end; once per subject and questionnaire (invariant 20)."""

    __tablename__ = "survey_response"
    __table_args__ = table_args(
        one_of("mode", SurveyMode),
        one_of("status", SurveyStatus),
        sa.UniqueConstraint("ticket_id", "questionnaire_id"),
        *not_empty("response_ref"),
    )

    response_ref: str | None = Field(default=None, unique=True, max_length=64)
    questionnaire_id: int = reference("questionnaire")
    ticket_id: int | None = reference("ticket", default=None)
    customer_id: int | None = reference("customer", default=None, index=True)
    follow_up_id: int | None = reference("follow_up", default=None)
    mode: str
    status: str = Field(default=SurveyStatus.INVITED)
    asked_at: datetime
    answered_at: datetime | None = None
    taken_by_id: int | None = reference("staff", default=None)
    voided_reason: str | None = None


class SurveyAnswer(Changed, table=True):
    """The answer to one question: a score of 1 to 5, or text."""

    __tablename__ = "survey_answer"
    __table_args__ = table_args(
        sa.UniqueConstraint("survey_response_id", "question_id"),
        check("score_1_to_5", "score BETWEEN 1 AND 5"),
        check("score_or_text", "(score IS NULL) <> (text IS NULL)"),
        *not_empty("text"),
    )

    survey_response_id: int = reference("survey_response")
    question_id: int = reference("question")
    score: int | None = None
    text: str | None = None
