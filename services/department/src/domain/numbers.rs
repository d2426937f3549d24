//! Numbers that are issued once and never again, by whomever.

use std::collections::BTreeSet;

use casework::Output;

/// Kinds of output whose value nobody else may get.
const UNIQUE: [&str; 7] = [
    "credit_code",
    "seal_code",
    "account_number",
    "basic_account_number",
    "social_unit_number",
    "medical_unit_number",
    "fund_unit_account",
];

/// One number: the kind of output and its value.
pub type Number = (String, String);

/// True for outputs that are issued once.
#[must_use]
pub fn is_unique(kind: &str) -> bool {
    UNIQUE.contains(&kind)
}

/// The numbers among these outputs.
#[must_use]
pub fn numbers(outputs: &[Output]) -> BTreeSet<Number> {
    let unique = outputs.iter().filter(|output| is_unique(&output.kind));
    unique.map(|output| (output.kind.clone(), output.value.clone())).collect()
}
