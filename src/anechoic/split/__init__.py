"""Who is trained on and who examines: whole echo groups, stratified, remembered; and what leakage costs."""
