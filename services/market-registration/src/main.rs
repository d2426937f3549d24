//! Opens companies: licence, seals, tax, insurance, fund, bank, hand-over.

fn main() -> std::process::ExitCode {
    chassis::main::<market_registration::MarketRegistration>()
}
