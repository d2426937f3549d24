//! The codes of the office: citizen ids, credit codes, regions, case numbers, money and our own typed ids.
//!
//! Every type here is parsed at the door and trusted inside: fields are private, so a value that exists has passed
//! every check of its standard. A refused text is answered with a [`CodeError`] that names *every* fault, in English
//! (`Display`) and in Chinese ([`CodeError::zh`]), and never repeats the text itself.
//!
//! All are written as strings by serde and checked again when they are read; only [`Fen`] is an integer.
//! Parsing is strict: no trimming, no lower case, no full-width digits. Nothing here does IO or asks for the time.
//!
//! | type | what | source |
//! |---|---|---|
//! | [`CreditCode`], [`OrganisationCode`] | 统一社会信用代码, 组织机构代码 | GB 32100-2015, GB 11714 |
//! | [`CitizenId`] | 公民身份号码 | GB 11643-1999 |
//! | [`RegionCode`] | 行政区划代码, province to village | GB/T 2260, 县以下行政区划代码编制规则 |
//! | [`SealCode`] | 印章编码 | GA 241.1-2000 |
//! | [`BasicAccountNumber`] | 基本存款账户编号 | PBOC |
//! | [`CaseNumber`] | 办件编号 | ours |
//! | [`ProjectCode`] | 项目代码 | 发改投资〔2020〕1439号, GB/T 40058-2021 |
//! | [`DepartmentCode`] | a department as topics and data name it | ours |
//! | [`Fen`] | money, 分 | |
//! | [`CaseId`], [`TaskId`], … | UUIDs that cannot be confused with one another | |
//! | [`mask`] | what a role without a reason may see | |
//! | [`Writing`] | what people write: which texts may be kept and shown | ours, Unicode |

mod text;

mod fault;

mod region;

mod credit_code;
mod organisation_code;

mod citizen_id;

mod seal_code;

mod account;

mod case_number;

mod project_code;

mod department;

mod money;

mod typed;

pub mod mask;

mod writing;

pub use account::BasicAccountNumber;
pub use case_number::CaseNumber;
pub use citizen_id::{CitizenId, Sex};
pub use credit_code::{CreditCode, RegisteringBody};
pub use department::DepartmentCode;
pub use fault::{Alphabet, CodeError, CodeFault, CodeKind, Lengths};
pub use money::{AmountError, Fen};
pub use organisation_code::OrganisationCode;
pub use project_code::{ProjectCode, ProjectCodeForm};
pub use region::{RegionCode, RegionLevel, TownClass, VillageClass};
pub use seal_code::SealCode;
pub use typed::{
    ApplicationId, CaseId, ConsultationId, DelegationId, HelpRequestId, Id, IdError, IdKind, MaterialId, MessageId,
    NoticeId, PersonId, ProcedureId, ProjectId, ReservationId, TaskId, TicketId, kinds,
};
pub use writing::{TextFault, Writing, is_ideograph, unfit_characters};
