"""The record handed on in other forms: the codebook's JSON, flat tables."""
