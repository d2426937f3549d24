//! From CEL to a condition whose every part fits.

use cel::{
    IdedExpr,
    common::ast::{CallExpr, Expr, LiteralValue, operators},
    parser::Parser,
};

use super::{Comparison, Decimal, Node, Operand, Value};
use crate::domain::attribute::{Attribute, AttributeType, names, read_day};

pub fn compile(source: &str, attributes: &[Attribute]) -> Result<Node, Vec<String>> {
    let parsed = Parser::default().max_recursion_depth(32).parse(source);
    let expression =
        parsed.map_err(|errors| errors.errors.iter().map(|error| error.msg.clone()).collect::<Vec<_>>())?;
    let mut compiler = Compiler { attributes, faults: vec![] };
    match compiler.node(&expression) {
        Some(node) if compiler.faults.is_empty() => Ok(node),
        Some(_) | None => Err(compiler.faults),
    }
}

struct Compiler<'a> {
    attributes: &'a [Attribute],
    faults: Vec<String>,
}

/// One side of a comparison.
enum Side<'a> {
    Attribute(&'a Attribute),
    Text(String),
    Value(Value),
}

impl<'a> Compiler<'a> {
    fn fault<T>(&mut self, what: impl Into<String>) -> Option<T> {
        self.faults.push(what.into());
        None
    }

    /// Something that is true or false.
    fn node(&mut self, expression: &IdedExpr) -> Option<Node> {
        match &expression.expr {
            Expr::Literal(LiteralValue::Boolean(value)) => Some(Node::Always(*value.inner())),
            Expr::Ident(name) => {
                let attribute = self.attribute(name)?;
                match attribute.kind {
                    AttributeType::Bool => Some(Node::Flag(name.clone())),
                    AttributeType::Int | AttributeType::Decimal | AttributeType::Enum(_) | AttributeType::Date => {
                        self.fault(format!("`{name}` is {}, not true or false", kind_name(&attribute.kind)))
                    }
                }
            }
            Expr::Call(call) => self.call(call),
            Expr::Literal(_) => self.fault("the result is not true or false"),
            Expr::Unspecified
            | Expr::Comprehension(_)
            | Expr::List(_)
            | Expr::Map(_)
            | Expr::Select(_)
            | Expr::Struct(_) => {
                self.fault("conditions use attributes, comparisons, `&&`, `||`, `!` and `in [..]` only")
            }
        }
    }

    fn call(&mut self, call: &CallExpr) -> Option<Node> {
        match (call.func_name.as_str(), call.args.as_slice()) {
            (name, _) if call.target.is_some() => self.fault(format!("`.{name}()` is no part of conditions")),
            (operators::LOGICAL_NOT, [inner]) => Some(Node::Not(Box::new(self.node(inner)?))),
            (name @ (operators::LOGICAL_AND | operators::LOGICAL_OR), [left, right]) => {
                let (left, right) = (self.node(left), self.node(right));
                let both = [left?, right?];
                let flat = both.into_iter().flat_map(|node| match (name, node) {
                    (operators::LOGICAL_AND, Node::All(nodes)) | (operators::LOGICAL_OR, Node::Any(nodes)) => nodes,
                    (_, node) => vec![node],
                });
                let flat = flat.collect();
                Some(if name == operators::LOGICAL_AND { Node::All(flat) } else { Node::Any(flat) })
            }
            (operators::IN, [attribute, list]) => self.one_of(attribute, list),
            (name, [left, right]) => match comparison(name) {
                Some(by) => self.compare(by, left, right),
                None => self.fault(format!("`{}` is no part of conditions", plain(name))),
            },
            (name, _) => self.fault(format!("`{}` is no part of conditions", plain(name))),
        }
    }

    fn compare(&mut self, by: Comparison, left: &IdedExpr, right: &IdedExpr) -> Option<Node> {
        let (left, right) = (self.side(left), self.side(right));
        let (attribute, by, with) = match (left?, right?) {
            (Side::Attribute(attribute), other) => (attribute, by, other),
            (other, Side::Attribute(attribute)) => (attribute, turned(by), other),
            (Side::Text(_) | Side::Value(_), Side::Text(_) | Side::Value(_)) => {
                return self.fault("a comparison names at least one attribute");
            }
        };
        let ordered = match attribute.kind {
            AttributeType::Int | AttributeType::Decimal | AttributeType::Date => true,
            AttributeType::Bool | AttributeType::Enum(_) => false,
        };
        if !ordered && !matches!(by, Comparison::Equal | Comparison::Different) {
            return self.fault(format!("`{}` is {} and has no order", attribute.name, kind_name(&attribute.kind)));
        }
        let with = match with {
            Side::Attribute(other)
                if std::mem::discriminant(&other.kind) == std::mem::discriminant(&attribute.kind) =>
            {
                Operand::Attribute(other.name.clone())
            }
            Side::Attribute(other) => {
                let (this, that) = (kind_name(&attribute.kind), kind_name(&other.kind));
                return self.fault(format!("`{}` is {this} and `{}` is {that}", attribute.name, other.name));
            }
            other @ (Side::Text(_) | Side::Value(_)) => Operand::Literal(self.literal(attribute, other)?),
        };
        Some(Node::Compare { attribute: attribute.name.clone(), by, with })
    }

    fn one_of(&mut self, attribute: &IdedExpr, list: &IdedExpr) -> Option<Node> {
        let Expr::List(list) = &list.expr else {
            return self.fault("`in` is followed by a list such as [\"auction\", \"own\"]");
        };
        let Some(Side::Attribute(attribute)) = self.side(attribute) else {
            return self.fault("before `in` stands an attribute");
        };
        let sides: Vec<_> = list.elements.iter().map(|element| self.side(element)).collect();
        let values: Vec<_> = sides.into_iter().map(|side| self.literal(attribute, side?)).collect();
        let values = values.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Node::OneOf { attribute: attribute.name.clone(), values })
    }

    fn side(&mut self, expression: &IdedExpr) -> Option<Side<'a>> {
        match &expression.expr {
            Expr::Ident(name) => self.attribute(name).map(Side::Attribute),
            Expr::Literal(literal) => self.value(literal),
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (name, _) if call.target.is_some() => self.fault(format!("`.{name}()` is no part of a comparison")),
                ("date", [IdedExpr { expr: Expr::Literal(LiteralValue::String(text)), .. }]) => {
                    match read_day(text.inner()) {
                        Some(day) => Some(Side::Value(Value::Date(day))),
                        None => self.fault(format!("`{}` is not a day such as 2026-12-31", text.inner())),
                    }
                }
                (name, _) => self.fault(format!("`{}` is no part of a comparison", plain(name))),
            },
            Expr::Unspecified
            | Expr::Comprehension(_)
            | Expr::List(_)
            | Expr::Map(_)
            | Expr::Select(_)
            | Expr::Struct(_) => self.fault("a comparison is between an attribute and a value"),
        }
    }

    fn value(&mut self, literal: &LiteralValue) -> Option<Side<'a>> {
        match literal {
            LiteralValue::Boolean(value) => Some(Side::Value(Value::Bool(*value.inner()))),
            LiteralValue::Int(value) => Some(Side::Value(Value::Int(*value.inner()))),
            LiteralValue::Double(value) => match Decimal::parse(&value.inner().to_string()) {
                Some(number) => Some(Side::Value(Value::Decimal(number))),
                None => self.fault(format!("{} has more than three places", value.inner())),
            },
            LiteralValue::String(value) => Some(Side::Text(value.inner().to_owned())),
            LiteralValue::Bytes(_) | LiteralValue::Null | LiteralValue::UInt(_) => {
                self.fault("bytes, null and unsigned numbers are no values of attributes")
            }
        }
    }

    /// A literal as a value of the attribute it is compared with.
    fn literal(&mut self, attribute: &Attribute, side: Side<'_>) -> Option<Value> {
        let name = &attribute.name;
        match (side, &attribute.kind) {
            (Side::Text(text), AttributeType::Enum(choices)) => {
                if choices.iter().any(|choice| choice.value == text) {
                    Some(Value::Choice(text))
                } else {
                    self.fault(format!("`{name}` has no option \"{text}\": it is one of {}", names(choices)))
                }
            }
            (Side::Value(value @ Value::Bool(_)), AttributeType::Bool)
            | (Side::Value(value @ Value::Int(_)), AttributeType::Int)
            | (Side::Value(value @ Value::Decimal(_)), AttributeType::Decimal)
            | (Side::Value(value @ Value::Date(_)), AttributeType::Date) => Some(value),
            (Side::Value(Value::Int(value)), AttributeType::Decimal) => {
                self.fault(format!("`{name}` is a decimal: write {value}.0"))
            }
            (Side::Attribute(_) | Side::Text(_) | Side::Value(_), kind) => {
                self.fault(format!("`{name}` is {} and is compared with something else", kind_name(kind)))
            }
        }
    }

    fn attribute(&mut self, name: &str) -> Option<&'a Attribute> {
        let found = self.attributes.iter().find(|attribute| attribute.name == name);
        if found.is_none() {
            self.faults.push(format!("`{name}` is no attribute"));
        }
        found
    }
}

fn comparison(name: &str) -> Option<Comparison> {
    match name {
        operators::EQUALS => Some(Comparison::Equal),
        operators::NOT_EQUALS => Some(Comparison::Different),
        operators::LESS => Some(Comparison::Less),
        operators::LESS_EQUALS => Some(Comparison::AtMost),
        operators::GREATER => Some(Comparison::More),
        operators::GREATER_EQUALS => Some(Comparison::AtLeast),
        _ => None,
    }
}

/// The same, seen from the right.
fn turned(by: Comparison) -> Comparison {
    match by {
        Comparison::Equal | Comparison::Different => by,
        Comparison::Less => Comparison::More,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::More => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
    }
}

fn plain(function: &str) -> &str {
    function.trim_matches('_')
}

fn kind_name(kind: &AttributeType) -> &'static str {
    match kind {
        AttributeType::Bool => "a bool",
        AttributeType::Int => "an int",
        AttributeType::Decimal => "a decimal",
        AttributeType::Enum(_) => "an enum",
        AttributeType::Date => "a date",
    }
}
