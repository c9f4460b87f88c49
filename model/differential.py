"""`Differential`: questions asked of one network. Stateless between questions, shared by all sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from model.contradictions import contradictions
from model.evidence import Evidence
from model.inference import Engine, Posteriors
from model.result import Answer
from model.urgency import Probabilities, Urgency, urgency, watched
from network.build import load_network
from network.errors import DiagnosisError, ImpossibleEvidence, TooWide
from network.structure import PRESENT, Network

if TYPE_CHECKING:
    from concurrent.futures import Future

    import pandas

    from model.advice import Advice
    from model.compare import Comparison, Sweep
    from model.draws import Draws
    from model.explanation import Explanation
    from model.explanations import Explanations
    from model.fit import Fit
    from model.many_cases import ManyAnswers
    from model.questions import NextQuestions
    from model.tornado import Tornado
    from model.uncertainty import CredibleDifferential
    from model.what_if import WhatIf

ENGINES = ("exact", "pgmpy")


@dataclass(frozen=True)
class Differential:
    """A network together with an inference engine.

    Examples
    --------
    >>> ddx = Differential.load()
    >>> answer = ddx.query({"age": 78, "smoking": "current", "relief_by_dangling_legs": "present"})
    >>> answer.ranking[0].condition
    'arterial_insufficiency'
    """

    network: Network
    engine: Engine
    folder: Path | None = None
    """Knowledge folder that the network was built from, None for the embedded one (or for none at all)."""

    @classmethod
    def load(cls, path: str | Path | None = None, engine: str = "exact") -> Self:
        """Return the differential of the embedded network, of a knowledge folder or of a network file.

        Parameters
        ----------
        path : folder of knowledge files, or a BIF, XMLBIF, NET or UAI file; None for the embedded network
        engine : "exact" or "pgmpy"

        Raises
        ------
        KnowledgeError, ExchangeError, NetworkError
            If the files do not hold together.
        """
        return cls.of(read_network(path), engine, None if path is None else Path(path))

    @classmethod
    def of(cls, network: Network, engine: str = "exact", folder: Path | None = None) -> Self:
        """Return the differential of a network at hand, and of the folder that it was built from."""
        return cls(network, compile_engine(network, engine), folder)

    def load_compiled(self, or_compile: bool = False) -> bool:
        """Load the kernels that `nocturne warm-up` compiled, for speed; return whether they are there now.

        Parameters
        ----------
        or_compile : compile them where nobody did, which takes a minute
        """
        from model.engine import ExactEngine
        from model.engine.warm_up import load_compiled, warm_up

        if not isinstance(self.engine, ExactEngine):
            return False
        if load_compiled():
            return True
        if or_compile:
            warm_up()
        return or_compile

    @property
    def awaits_kernels(self) -> bool:
        """Whether answers come from the readable engine while there is a faster one that is not loaded."""
        from model.engine import ExactEngine

        return isinstance(self.engine, ExactEngine) and not self.engine.uses_kernels()

    def query(self, evidence: Mapping[str, Any] | Evidence | None = None, complaint: bool = True) -> Answer:
        """Return the posterior of every node.

        Parameters
        ----------
        evidence : mapping of node id to a state, a `Likelihood` or `UNKNOWN`, or `Evidence`
        complaint : bool
            Assume the complaint (default). False is population mode. An explicit entry for the
            complaint node overrides either.

        Raises
        ------
        UnknownNode, UnknownState, EvidenceError, ImpossibleEvidence
        """
        read = Evidence.of(self.network, evidence)
        observed = read.observed()
        entered = self.network.complaint in read.active
        assumed = complaint and self.network.complaint is not None and not entered
        if assumed and self.network.complaint is not None:
            observed[self.network.complaint] = 1
        posteriors = self.engine.posteriors(observed)
        if not posteriors.possible:
            raise ImpossibleEvidence(self._clash(read, assumed))
        return Answer(
            network=self.network,
            evidence=read,
            complaint=assumed,
            posteriors=posteriors,
            urgency=urgency(read, _watched(self.network, posteriors)),
            notes=self._notes(read, assumed),
            contradictions=contradictions(read),
        )

    def urgency(
        self, evidence: Mapping[str, Any] | Evidence | None = None, complaint: bool = True
    ) -> Urgency:
        """Return how urgent a case is; of evidence that cannot hold together or is too wide, by itself.

        Raises
        ------
        UnknownNode, UnknownState, EvidenceError
        """
        read = Evidence.of(self.network, evidence)
        if not watched(self.network):
            return urgency(read)
        try:
            return self.query(read, complaint).urgency
        except (ImpossibleEvidence, TooWide):
            return urgency(read)

    def query_many(
        self,
        table: Mapping[str, Sequence[Any]] | pandas.DataFrame,
        posteriors: Sequence[str] = (),
        complaint: bool = True,
    ) -> ManyAnswers:
        """Return the differential of every row of a table; see `model.many_cases.query_many`."""
        from model.many_cases import query_many

        return query_many(self, table, posteriors, complaint)

    def explanations(
        self, evidence: Mapping[str, Any] | Evidence | None = None, k: int = 5, complaint: bool = True
    ) -> Explanations:
        """Return the most probable joint explanations; see `model.explanations.explanations`."""
        from model.explanations import explanations

        return explanations(self, evidence, k, complaint)

    def explain(
        self,
        evidence: Mapping[str, Any] | Evidence | None,
        cause: str,
        against: str | None = None,
        complaint: bool = True,
    ) -> Explanation:
        """Return why a cause is as probable as it is; see `model.explanation.explain`."""
        from model.explanation import explain

        return explain(self, evidence, cause, against, complaint)

    def fit(self, evidence: Mapping[str, Any] | Evidence | None = None, complaint: bool = True) -> Fit:
        """Return whether the findings fit together; see `model.fit.fit`."""
        from model.fit import fit

        return fit(self, evidence, complaint)

    def next_questions(
        self,
        evidence: Mapping[str, Any] | Evidence | None = None,
        kind: str | None = None,
        about: str | None = None,
        complaint: bool = True,
    ) -> NextQuestions:
        """Return what to ask next; see `model.questions.next_questions`."""
        from model.questions import next_questions

        return next_questions(self, evidence, kind, about, complaint)

    def what_if(
        self,
        evidence: Mapping[str, Any] | Evidence | None,
        change: Mapping[str, Any],
        do: bool = False,
        complaint: bool = True,
    ) -> WhatIf:
        """Return the case without and with a change; see `model.what_if.what_if`."""
        from model.what_if import what_if

        return what_if(self, evidence, change, do, complaint)

    def compare(
        self,
        evidence: Mapping[str, Any] | Evidence | None,
        changes: Mapping[str, Mapping[str, Any]],
        do: bool = False,
        complaint: bool = True,
    ) -> Comparison:
        """Return the case with each of several changes, side by side; see `model.compare.compare`."""
        from model.compare import compare

        return compare(self, evidence, changes, do, complaint)

    def sweep(
        self,
        evidence: Mapping[str, Any] | Evidence | None,
        over: Mapping[str, Sequence[Any] | None],
        do: bool = False,
        complaint: bool = True,
    ) -> Sweep:
        """Return the case for every combination of one or two variables; see `model.compare.sweep`."""
        from model.compare import sweep

        return sweep(self, evidence, over, do, complaint)

    def advice(self, evidence: Mapping[str, Any] | Evidence | None = None, complaint: bool = True) -> Advice:
        """Return what helps, what harms and how urgent it is; see `model.advice.advice`."""
        from model.advice import advice

        return advice(self, evidence, complaint)

    def credible(
        self,
        evidence: Mapping[str, Any] | Evidence | None = None,
        draws: int = 1000,
        seed: int = 0,
        complaint: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> CredibleDifferential:
        """Return the differential with its uncertainty; see `model.uncertainty.credible`."""
        from model.uncertainty import credible

        return credible(self, evidence, draws, seed, complaint, progress)

    def start_draws(
        self, draws: int = 1000, seed: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> Future[Draws]:
        """Make the draws that `credible` needs in the background; see `model.draws.start_draws`."""
        from model.draws import start_draws
        from model.recalibration import recalibration

        return start_draws(recalibration(self.network, self.folder), draws, seed, progress)

    def tornado(
        self,
        evidence: Mapping[str, Any] | Evidence | None,
        cause: str,
        complaint: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Tornado:
        """Return how each figure moves the posterior of a cause; see `model.tornado.tornado`."""
        from model.tornado import tornado

        return tornado(self, evidence, cause, complaint, progress)

    def _clash(self, evidence: Evidence, assumed: bool) -> dict[str, str]:
        """Return a smallest impossible set, node id to words: drop each in turn and keep what is needed."""
        observed = evidence.observed()
        if assumed and self.network.complaint is not None:
            observed[self.network.complaint] = 1
        for node in list(observed):
            rest = {other: value for other, value in observed.items() if other != node}
            if not self.engine.posteriors(rest, targets=()).possible:
                observed = rest
        words = {}
        for node in observed:
            value = evidence.active.get(node, "present")
            words[node] = f"{node} = {value}" if isinstance(value, str) else f"the likelihood of {node}"
        return words

    def _notes(self, evidence: Evidence, assumed: bool) -> tuple[str, ...]:
        """Return what the reader should know about how the question was put."""
        if self.network.complaint is None or assumed or self.network.complaint in evidence.active:
            return ()
        return (
            "Population mode: the complaint is not assumed. How often features of a complaint occur without "
            "their causes was set for people who have the complaint.",
        )


def read_network(path: str | Path | None) -> Network:
    """Return the embedded network, or that of a knowledge folder or network file.

    Raises
    ------
    DiagnosisError
        If there is nothing at the path; KnowledgeError or ExchangeError if it cannot be read.
    """
    if path is None or Path(path).is_dir():
        return load_network(None if path is None else Path(path))
    if not Path(path).exists():
        raise DiagnosisError(
            f"{path}: no such file or folder. Give a knowledge folder or a .bif, .xmlbif, .net, .uai file."
        )
    from network.exchange import read

    return read(Path(path))


def compile_engine(network: Network, engine: str) -> Engine:
    """Return an engine by name; DiagnosisError where there is none of that name."""
    if engine == "pgmpy":
        from model.reference import PgmpyEngine

        return PgmpyEngine(network)
    if engine == "exact":
        from model.engine import ExactEngine

        return ExactEngine(network)
    raise DiagnosisError(f"no engine is called {engine!r}. Engines: {', '.join(ENGINES)}.")


def _watched(network: Network, posteriors: Posteriors) -> Probabilities:
    """Return P(present) of the nodes whose posterior may raise the urgency."""
    return {node: float(posteriors.marginals[node][PRESENT]) for node in watched(network)}
