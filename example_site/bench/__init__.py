"""What ``make bench`` runs: the whole checkout under load, beside a bare view."""
