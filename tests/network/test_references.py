"""Mistakes between entries: names, figures, bands, states. All are made in one copy and all are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from network.errors import KnowledgeError
from network.figures import DERIVED, JUDGEMENT
from network.knowledge import Knowledge, read_knowledge
from network.references import uses
from tests.knowledge_files import Mistake, edited, faults_of, with_mistakes

NAMES = [
    Mistake(
        "misspelt node", "conditions.yaml",
        "      - parent: family_history_rls\n", "      - parent: family_history_rsl\n",
        "conditions.yaml restless_legs_syndrome [odds_ratios]: no node is called 'family_history_rsl'. "
        "Did you mean 'family_history_rls'?",
    ),
    Mistake(
        "misspelt node of a finding", "observations.yaml",
        "      - parent: due_to_deep_vein_thrombosis\n        sensitivity: relief_on_leg_elevation__given",
        "      - parent: due_to_deep_vein_trombosis\n        sensitivity: relief_on_leg_elevation__given",
        "observations.yaml relief_on_leg_elevation [links]: no node is called 'due_to_deep_vein_trombosis'. "
        "Did you mean 'due_to_deep_vein_thrombosis'?",
    ),
    Mistake(
        "misspelt node of a test", "tests.yaml",
        "      - parent: deep_vein_thrombosis\n        sensitivity: cus_sens_all",
        "      - parent: deep_vein_thrombosys\n        sensitivity: cus_sens_all",
        "tests.yaml compression_ultrasound_dvt [links]: no node is called 'deep_vein_thrombosys'. "
        "Did you mean 'deep_vein_thrombosis'?",
    ),
    Mistake(
        "misspelt state", "conditions.yaml",
        "        state: current\n        odds_ratio: rls_or_smoking",
        "        state: curent\n        odds_ratio: rls_or_smoking",
        "conditions.yaml restless_legs_syndrome [odds_ratios]: node 'smoking' has no state 'curent'. "
        "States: never, former, current. Did you mean 'current'?",
    ),
    Mistake(
        "safety item as a parent", "observations.yaml",
        "      - parent: vasodilator\n        sensitivity: ankle_oedema__given__vasodilator",
        "      - parent: dark_urine\n        sensitivity: ankle_oedema__given__vasodilator",
        "observations.yaml ankle_oedema [links]: 'dark_urine' is a safety item and carries no probability. "
        "Take it out.",
    ),
    Mistake(
        "attribution of no condition", "network.yaml",
        "    condition: nocturnal_hypotension\n", "    condition: nocturnal_hypertension\n",
        "network.yaml drug_induced_nocturnal_hypotension [condition]: no condition is called "
        "'nocturnal_hypertension'. Did you mean 'nocturnal_hypotension'?",
    ),
    Mistake(
        "option for no condition", "management.yaml",
        "    helps: [venous_insufficiency]\n    may_harm: [arterial_insufficiency, nocturnal_hypotension]",
        "    helps: [venous_insufficency]\n    may_harm: [arterial_insufficiency, nocturnal_hypotension]",
        "management.yaml leg_elevation [helps]: no condition is called 'venous_insufficency'. "
        "Did you mean 'venous_insufficiency'?",
    ),
    Mistake(
        "claim represented by nothing", "claims.yaml",
        "    represented_by: [arterial_insufficiency, due_to_arterial_insufficiency, "
        "vascular_insufficiency, cold_foot,",
        "    represented_by: [arterial_insufficiency, due_to_arterial_insufficiency, "
        "vascular_insufficiency, cold_feet,",
        "claims.yaml V1 [represented_by]: no node, option or flag is called 'cold_feet'. "
        "Did you mean 'cold_foot'?",
    ),
    Mistake(
        "flag naming an unknown item", "red_flags.yaml",
        "      - all: [bladder_or_saddle_symptoms=present]",
        "      - all: [bladder_or_saddle_symptom=present]",
        "red_flags.yaml cauda_equina [when]: no node or item is called 'bladder_or_saddle_symptom'. "
        "Did you mean 'bladder_or_saddle_symptoms'?",
    ),
    Mistake(
        "flag naming an unknown state", "red_flags.yaml",
        "      - all: [sudden_cold_pale_numb_leg=present]", "      - all: [sudden_cold_pale_numb_leg=yes]",
        "red_flags.yaml acute_limb_ischaemia [when]: 'sudden_cold_pale_numb_leg=yes': "
        "states are absent, present. Write node=state.",
    ),
    Mistake(
        "flag without evidence", "red_flags.yaml",
        "      all: [despair=present]\n    reason: Nights", "      all: []\n    reason: Nights",
        "red_flags.yaml despair [when]: names no evidence. Say what raises the flag.",
    ),
    Mistake(
        "unknown claim", "network.yaml",
        "    claims: [M1, M2, M3, M4, M5]", "    claims: [M1, M2, M3, M4, M5, M6]",
        "network.yaml nocturnal_myoclonus [claims]: no claim is called 'M6'. See claims.yaml.",
    ),
    Mistake(
        "claim that nothing names", "claims.yaml",
        "claims:\n  - id: V1\n",
        "claims:\n  - id: X1\n    says: Nothing.\n    literature: silent\n    note: ''\n"
        "    represented_by: []\n\n"
        "  - id: V1\n",
        "claims.yaml X1: no node, option or flag names this claim. Add it to one.",
    ),
]  # fmt: skip

FIGURES = [
    Mistake(
        "unknown figure", "observations.yaml",
        "sensitivity: lss_bilateral_sens\n", "sensitivity: lss_bilateral_sense\n",
        "observations.yaml bilateral_symptoms [links.due_to_lumbar_spinal_stenosis]: "
        "no figure is called 'lss_bilateral_sense'. Did you mean 'lss_bilateral_sens'?",
    ),
    Mistake(
        "ratio for a proportion", "tests.yaml",
        "sensitivity: ddimer_sens\n", "sensitivity: rls_or_fh\n",
        "tests.yaml d_dimer_raised [links.deep_vein_thrombosis]: figure 'rls_or_fh' is of kind odds_ratio; "
        "a proportion is needed. Name another row.",
    ),
    Mistake(
        "proportion for a ratio", "conditions.yaml",
        "odds_ratio: dvt_or_obesity\n", "odds_ratio: rf_sex_female\n",
        "conditions.yaml deep_vein_thrombosis [odds_ratios.obesity=present]: figure 'rf_sex_female' "
        "is of kind "
        "prevalence; a ratio is needed. Name another row.",
    ),
    Mistake(
        "source not verified", "figures.csv",
        "smoking=former,1.67,1.54,1.81,,Meta-analysis of 40 results,lu_2014,",
        "smoking=former,1.67,1.54,1.81,,Meta-analysis of 40 results,fpnotebook_nlc,",
        "figures.csv pad_or_smoking_former [source]: source 'fpnotebook_nlc' is not verified and may not be "
        "cited. Confirm it or use another figure.",
    ),
    Mistake(
        "source unknown", "figures.csv",
        "cus_sens_all,sensitivity,compression_ultrasound_dvt,positive,deep_vein_thrombosis=present,0.903,0.884,0.92,,"
        '"Meta-analysis, compression only, 22 cohorts",goodacre_2005_us,',
        "cus_sens_all,sensitivity,compression_ultrasound_dvt,positive,deep_vein_thrombosis=present,0.903,0.884,0.92,,"
        '"Meta-analysis, compression only, 22 cohorts",goodacre_2055_us,',
        "figures.csv cus_sens_all [source]: no source has the key 'goodacre_2055_us'. Add it to sources.csv.",
    ),
    Mistake(
        "unknown figure of an option", "management.yaml",
        "    figures: [mus_m_elev_flux, ", "    figures: [mus_m_elev_flow, ",
        "management.yaml leg_elevation [figures]: no figure is called 'mus_m_elev_flow'. "
        "Did you mean 'mus_m_elev_flux'?",
    ),
]  # fmt: skip

SHAPES = [
    Mistake(
        "unknown band", "risk_factors.yaml",
        "      under_40: mus_d_dehyd_young\n", "      18_39: mus_d_dehyd_young\n",
        "risk_factors.yaml dehydration [bands]: no band is called '18_39'. "
        "Bands: under_40; 40_to_59; 60_to_74; 75_plus.",
    ),
    Mistake(
        "missing band", "risk_factors.yaml",
        "      75_plus, female: pregnancy__prev__60_to_74_female\n", "",
        "risk_factors.yaml pregnancy [bands]: band '75_plus, female' has no figure. Give one for each band.",
    ),
    Mistake(
        "one figure for several bands", "conditions.yaml",
        "    prevalence:\n      present: mus_sm_given_statin\n      absent: mus_sm_given_nostatin\n",
        "    prevalence: mus_sm_given_statin\n",
        "conditions.yaml statin_myalgia [by]: is banded by statin but gives one figure. Give one "
        "for each band.",
    ),
    Mistake(
        "bands of nothing", "tests.yaml",
        "    synonyms: [D-dimer, clot test, DVT, thrombosis]\n    by: [age]\n",
        "    synonyms: [D-dimer, clot test, DVT, thrombosis]\n",
        "tests.yaml d_dimer_raised [by]: gives figures by band without saying by what. "
        "Write by: [age], or whatever the bands are states of.",
    ),
    Mistake(
        "band of a specificity", "tests.yaml",
        "    specificity: abpm_spec\n", "    specificity: abpm_spec\n    by: [age]\n",
        "tests.yaml ambulatory_bp_nocturnal_dip_excess [by]: only a leak is banded, and by one node. "
        "Take the rest out.",
    ),
    Mistake(
        "leak and specificity", "tests.yaml",
        "    specificity: ferr30_spec_id\n", "    specificity: ferr30_spec_id\n    leak: ferr30_spec_id\n",
        "tests.yaml ferritin_low [leak]: needs exactly one of leak, leak_distribution, specificity. "
        "Say how often it is found without the causes.",
    ),
    Mistake(
        "distribution for a yes-or-no finding", "observations.yaml",
        "        sensitivity: sudden_cramp__given__due_to_nocturnal_leg_cramps\n",
        "        distribution: {absent: mus_f_brief_nlc, present: mus_f_brief_nlc}\n",
        "observations.yaml sudden_cramp [links.due_to_nocturnal_leg_cramps]: needs a sensitivity. "
        "Name the figures.",
    ),
    Mistake(
        "state missing from a distribution", "observations.yaml",
        "          over_30_min: morning_stiffness__given__inflammatory_arthritis_o30\n", "",
        "observations.yaml morning_stiffness [links.inflammatory_arthritis]: names the states none, "
        "under_30_min. Name each of: none, under_30_min, over_30_min.",
    ),
    Mistake(
        "misspelt state of a leak", "observations.yaml",
        "      over_30_min: mus_f_ms_base_o30\n", "      over_30_mins: mus_f_ms_base_o30\n",
        "observations.yaml morning_stiffness [leak_distribution]: names the states none, under_30_min, "
        "over_30_mins. Name each of: none, under_30_min, over_30_min.",
    ),
    Mistake(
        "label of an unknown state", "risk_factors.yaml",
        "      former: In the past\n", "      formerly: In the past\n",
        "risk_factors.yaml smoking [state_labels]: no state is called 'formerly'. Did you mean 'former'? "
        "States: never, former, current.",
    ),
    Mistake(
        "state twice", "observations.yaml",
        " sleep_clinic, vascular_clinic, spine_clinic]\n",
        " sleep_clinic, vascular_clinic, spine_clinic, community]\n",
        "observations.yaml seen_in [states]: a state stands twice: written_case, seeks_advice, community, "
        "primary_care, sleep_clinic, vascular_clinic, spine_clinic, community. Keep one.",
    ),
    Mistake(
        "share of an unknown state", "risk_factors.yaml",
        "      female: rf_sex_female\n", "      woman: rf_sex_female\n",
        "risk_factors.yaml sex [shares]: no state is called 'woman'. States: female, male.",
    ),
    Mistake(
        "prevalence and shares", "risk_factors.yaml",
        "    prevalence: base_leg_crossing\n",
        "    prevalence: base_leg_crossing\n    shares:\n      present: base_leg_crossing\n",
        "risk_factors.yaml habitual_leg_crossing: needs either shares or a prevalence. Give exactly "
        "one of them.",
    ),
    Mistake(
        "risk factor twice", "conditions.yaml",
        "        odds_ratio: dvt_or_prior_dvt\n",
        "        odds_ratio: dvt_or_prior_dvt\n      - parent: prior_dvt\n"
        "        odds_ratio: dvt_or_prior_dvt\n",
        "conditions.yaml deep_vein_thrombosis [odds_ratios]: prior_dvt=present stands 2 times. Keep one.",
    ),
    Mistake(
        "share of an unknown kind", "network.yaml",
        "      small_fibre: neuropathy_type__share", "      smallfibre: neuropathy_type__share",
        "network.yaml neuropathy_type [shares]: no state is called 'smallfibre'. Did you mean 'small_fibre'? "
        "States: small_fibre, large_fibre.",
    ),
    Mistake(
        "drug without a ratio", "network.yaml",
        "      - parent: statin\n        relative_risk: mus_nlc_rr_statin\n", "      - parent: statin\n",
        "network.yaml drug_induced_nocturnal_leg_cramps [drugs.statin]: needs exactly one of "
        "relative_risk and "
        "odds_ratio. Name one figure.",
    ),
    Mistake(
        "heading over a node that is not yes or no", "network.yaml",
        "      - due_to_statin_myalgia\n", "      - due_to_statin_myalgia\n      - smoking\n",
        "network.yaml medication_side_effect [rolls_up]: 'smoking' is not absent or present.",
    ),
]  # fmt: skip

MISTAKES = [*NAMES, *FIGURES, *SHAPES]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = with_mistakes(tmp_path_factory.mktemp("references"), MISTAKES)
    return [str(fault) for fault in faults_of(folder)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_is_one_clear_fault(mistake: Mistake, reports: list[str]) -> None:
    assert reports.count(mistake.report) == 1, "\n".join(reports)


def test_all_faults_are_reported_at_once_and_nothing_else(reports: list[str]) -> None:
    assert sorted(reports) == sorted(mistake.report for mistake in MISTAKES)


def test_an_id_used_twice_is_reported_at_both_places(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        ("tests.yaml", "  - id: mri_foraminal_stenosis\n", "  - id: mri_lumbar_stenosis\n"),
        ("observations.yaml", "  - id: ankle_tinel\n", "  - id: due_to_osteoarthritis\n"),
        ("red_flags.yaml", "  - id: recent_childbirth\n", "  - id: pregnancy\n"),
    )
    with pytest.raises(KnowledgeError) as caught:
        read_knowledge(folder)
    repeated = {(fault.file, fault.entry) for fault in caught.value.faults if fault.field == "id"}
    assert repeated == {
        ("tests.yaml", "mri_lumbar_stenosis"),
        ("observations.yaml", "due_to_osteoarthritis"),
        ("conditions.yaml", "due_to_osteoarthritis"),
        ("risk_factors.yaml", "pregnancy"),
        ("red_flags.yaml", "pregnancy"),
    }
    assert "the id is used by more than one entry. Give each its own." in str(caught.value)


def test_every_figure_that_is_named_exists_and_fits(knowledge: Knowledge) -> None:
    named = [use.figure for use in uses(knowledge)]
    assert len(named) > 500
    assert set(named) <= set(knowledge.figures)


def test_every_source_behind_a_parameter_is_confirmed(knowledge: Knowledge) -> None:
    parameters = {use.figure for use in uses(knowledge) if use.role != "any"}
    keys = {knowledge.figures[figure].source for figure in parameters} - {JUDGEMENT, DERIVED}
    assert keys
    assert [key for key in sorted(keys) if not knowledge.sources[key].citable] == []
