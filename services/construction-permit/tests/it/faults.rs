//! What is refused, with the rule, and changes nothing.
