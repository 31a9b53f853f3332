"""Schedule-aware bundle routing over a contact plan (CCSDS 734.3-B-1)."""
