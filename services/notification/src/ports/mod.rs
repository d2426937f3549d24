//! Providers outside.

mod sms;

pub use sms::{HttpSms, Sms, SmsProvider};
