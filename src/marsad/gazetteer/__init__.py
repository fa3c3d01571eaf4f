"""Where places are: the table of places, which of them a name means, points told relative to them."""
