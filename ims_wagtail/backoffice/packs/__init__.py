"""Set-up packs: the whole configuration of a council as one readable file, to share and import."""
