"""What the incidents of a record say together: series, rates, changes, with their limits beside them."""
