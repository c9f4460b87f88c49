"""Clinically sensible findings that bring each condition to the top, one set for each.

Age and sex stand in every set where they matter; each set is what a textbook would call a typical patient.
"""

from __future__ import annotations

P, A = "present", "absent"

TO_THE_TOP: dict[str, dict[str, object]] = {
    # An old smoker who hangs the leg out of bed.
    "arterial_insufficiency": {
        "age": 78, "smoking": "current", "relief_by_dangling_legs": P, "cold_foot": P,
        "absent_foot_pulses": P,
    },
    # Heavy, swollen legs that feel better when raised.
    "venous_insufficiency": {
        "age": 58, "sex": "female", "swelling_or_heaviness": P, "relief_on_leg_elevation": P,
        "varicose_veins": P, "ankle_oedema": P, "venous_skin_changes": P,
    },
    # A new vasodilator in an old patient, pressure low at night.
    "nocturnal_hypotension": {
        "age": 80, "vasodilator": P, "onset_after_new_medication": P, "dizziness_on_standing": P,
        "worse_on_leg_elevation": P, "orthostatic_bp_drop": P, "ambulatory_bp_nocturnal_dip_excess": P,
    },
    # A swollen calf after an operation.
    "deep_vein_thrombosis": {
        "age": 66, "immobility_or_recent_surgery": P, "recent_onset": P, "unilateral_calf_swelling": P,
        "d_dimer_raised": P, "compression_ultrasound_dvt": P,
    },
    # Both legs, worse upright, better bent over a trolley.
    "lumbar_spinal_stenosis": {
        "age": 72, "low_back_pain": P, "worse_standing_or_walking": P, "relief_bending_forward": P,
        "bilateral_symptoms": P, "radiating_pain_below_knee": P, "mri_lumbar_stenosis": P, "urge_to_move": A,
    },
    # One root, worse lying flat, a narrow nerve exit and a wide canal on the scan.
    "foraminal_stenosis": {
        "age": 68, "radiating_pain_below_knee": P, "worse_lying_on_back": P, "dermatomal_sensory_loss": P,
        "positive_straight_leg_raise": A, "mri_foraminal_stenosis": P, "mri_lumbar_stenosis": A,
        "mri_disc_herniation": A,
    },
    # Sciatica.
    "disc_herniation": {
        "age": 45, "radiating_pain_below_knee": P, "low_back_pain": P, "positive_straight_leg_raise": P,
    },
    # Buttock pain on lying on that side, no back pain.
    "piriformis_syndrome": {
        "age": 42, "sex": "female", "buttock_pain": P, "worse_lying_on_affected_side": P, "low_back_pain": A,
        "piriformis_test_positive": P, "mri_disc_herniation": A,
    },
    # Crossed legs, a dropping foot.
    "peripheral_nerve_entrapment": {
        "age": 50, "habitual_leg_crossing": P, "numbness_or_tingling": P, "low_back_pain": A, "foot_drop": P,
        "fibular_head_tinel": P, "nerve_conduction_abnormal": P,
    },
    # The case of the project's own example.
    "restless_legs_syndrome": {
        "sex": "female", "iron_deficiency": P, "urge_to_move": P, "relief_by_movement": P,
        "evening_worsening": P,
    },
    # Kicks in sleep, tired by day, no urge to move.
    "periodic_limb_movements": {
        "age": 70, "sex": "male", "leg_jerks_in_sleep": P, "unrefreshing_sleep": P, "daytime_sleepiness": P,
        "polysomnography_plm_index_high": P, "urge_to_move": A, "sudden_cramp": A,
    },
    # Diabetes, burning feet, socks.
    "peripheral_neuropathy": {
        "age": 66, "diabetes": P, "burning_feet": P, "numbness_or_tingling": P, "bilateral_symptoms": P,
        "stocking_sensory_loss": P,
    },
    # Cramps on a water tablet.
    "nocturnal_leg_cramps": {
        "age": 70, "diuretic": P, "sudden_cramp": P, "brief_episodes": P, "calf_or_foot_location": P,
        "relief_by_stretching": P,
    },
    # A worn knee.
    "osteoarthritis": {
        "age": 70, "joint_pain": P, "morning_stiffness": "under_30_min", "crepitus_or_limited_motion": P,
        "joint_xray_osteoarthritis": P, "sudden_cramp": A, "urge_to_move": A,
    },
    # Swollen joints, stiff for an hour.
    "inflammatory_arthritis": {
        "age": 52, "sex": "female", "joint_pain": P, "morning_stiffness": "over_30_min",
        "joint_effusion_or_swelling": P, "rf_or_anti_ccp_positive": P, "sudden_cramp": A, "urge_to_move": A,
    },
    # Sore muscles since the statin.
    "statin_myalgia": {
        "age": 62, "statin": P, "onset_after_new_medication": P, "diffuse_muscle_ache": P,
        "bilateral_symptoms": P, "muscle_tenderness": P, "creatine_kinase_raised": P,
    },
    # Earlier cancer, pain that never lets up, weight loss.
    "other_cause": {
        "age": 70, "cancer_history": P, "constant_unremitting_pain": P, "fever_or_weight_loss": P,
        "sudden_cramp": A, "urge_to_move": A,
    },
}  # fmt: skip

HEADING_ABOVE_HALF: dict[str, dict[str, object]] = {
    "vascular_insufficiency": TO_THE_TOP["deep_vein_thrombosis"],
    "nerve_compression": TO_THE_TOP["disc_herniation"],
    "restless_legs": TO_THE_TOP["restless_legs_syndrome"],
    "spinal_stenosis": TO_THE_TOP["lumbar_spinal_stenosis"],
    "muscle_cramps": TO_THE_TOP["nocturnal_leg_cramps"],
    "nocturnal_myoclonus": TO_THE_TOP["periodic_limb_movements"],
    "joint_inflammation": TO_THE_TOP["inflammatory_arthritis"],
    "poor_circulation": TO_THE_TOP["venous_insufficiency"],
    # Restless legs that began with an antidepressant.
    "medication_side_effect": {
        "age": 48, "antidepressant": P, "onset_after_new_medication": P, "recent_onset": P, "urge_to_move": P,
        "relief_by_movement": P, "iron_deficiency": A, "family_history_rls": A,
    },
}  # fmt: skip
