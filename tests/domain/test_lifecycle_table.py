"""The table of steps is complete: no verb, state, command or fact stands outside it."""

from typing import get_args

from domain.complaint import events as e
from domain.complaint.commands import Command, ComplaintCommand
from domain.complaint.events import ComplaintFact
from domain.complaint.lifecycle import COMMAND_OF_VERB, INNER_STEPS, STEPS
from domain.facts import TOPICS, topic_of
from domain.words import CHINESE, State

# Registrations are no step of a case that stands; an import's facts come with its registration.
FROM_REGISTRATION = {
    e.ComplaintRegistered,
    e.AssignedFromLedger,
    e.RepliedFromLedger,
    e.IncompleteReplyFromLedger,
}


def test_every_command_on_a_complaint_is_a_step() -> None:
    assert {step.command for step in (*STEPS, *INNER_STEPS)} == set(get_args(ComplaintCommand))


def test_every_fact_of_a_complaint_comes_from_a_step() -> None:
    of_steps = {fact for step in (*STEPS, *INNER_STEPS) for fact in step.facts}
    assert of_steps | FROM_REGISTRATION == set(get_args(ComplaintFact))


def test_every_complaint_topic_is_a_fact_of_the_aggregate() -> None:
    topics = {cls for name, cls in TOPICS.items() if name.startswith("complaint.")}
    assert topics == set(get_args(ComplaintFact))
    assert all(topic_of(cls).rsplit(".v", 1)[1].isdigit() for cls in topics)


def test_every_state_is_reached_by_a_step_or_by_registration() -> None:
    reached = {state for step in (*STEPS, *INNER_STEPS) for state in step.to} | {State.REGISTERED}
    assert reached == set(State)


def test_verbs_are_named_once_and_every_command_class_is_used() -> None:
    assert len(COMMAND_OF_VERB) == len(STEPS)
    named = {step.command for step in (*STEPS, *INNER_STEPS)}
    outside = {cls.__name__ for cls in Command.__subclasses__()} - {cls.__name__ for cls in named}
    assert outside == {"Register", "RegisterFromLedger"}


def test_every_word_has_its_chinese() -> None:
    spoken = {type(word) for word in CHINESE}
    assert all(word in CHINESE for words in spoken for word in words)
