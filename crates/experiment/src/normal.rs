//! The canonical text of an experiment: the same whatever the order of definitions, the comments
//! and the spacing of its file, and itself an experiment that means the same.

use crate::{
    Fork,
    raw::options,
    reader::grouped,
    tokens::{Tokens, tokens},
    venue::{SCHEMA, power},
    world::{Rules, Venue, World},
};
use std::{fmt, iter::Peekable};
use units::{Duration, Time};

/// Widest line that is not broken, in bytes.
const WIDTH: usize = 100;

/// RON as a tree without blanks and comments; named parts are in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Word(String),
    Group { name: String, brackets: (char, char), items: Vec<Item> },
}

/// A part and its name, if it has one.
type Item = (Option<String>, Node);

impl Node {
    /// The tree of `text`, which is valid RON.
    pub(crate) fn parse(text: &str) -> Self {
        value(&mut tokens(text).peekable())
    }

    /// A text in quotes.
    pub(crate) fn text(text: &str) -> Self {
        Self::Word(format!("{text:?}"))
    }

    pub(crate) fn word(word: impl fmt::Display) -> Self {
        Self::Word(word.to_string())
    }

    /// A quantity, in quotes.
    fn quantity(quantity: impl fmt::Display) -> Self {
        Self::text(&quantity.to_string())
    }

    /// `name(…)`.
    pub(crate) fn fields(name: &str, items: Vec<(&str, Self)>) -> Self {
        let items = items.into_iter().map(|(key, node)| (Some(key.to_owned()), node)).collect();
        Self::Group { name: name.to_owned(), brackets: ('(', ')'), items }
    }

    /// `{"name": …}`.
    pub(crate) fn map(items: impl IntoIterator<Item = (impl AsRef<str>, Self)>) -> Self {
        let quoted = |key: &str| Some(format!("{key:?}"));
        let items = items.into_iter().map(|(key, node)| (quoted(key.as_ref()), node)).collect();
        Self::Group { name: String::new(), brackets: ('{', '}'), items }
    }

    /// `[…]`.
    pub(crate) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        let items = items.into_iter().map(|node| (None, node)).collect();
        Self::Group { name: String::new(), brackets: ('[', ']'), items }
    }

    /// The same with this named part at its beginning, and nowhere else.
    pub(crate) fn with_first(mut self, name: &str, node: Self) -> Self {
        if let Self::Group { items, .. } = &mut self {
            items.retain(|(key, _)| key.as_deref() != Some(name));
            items.insert(0, (Some(name.to_owned()), node));
        }
        self
    }

    /// The same with this named part in its place, instead of what had its name.
    pub(crate) fn with(mut self, (name, node): (&str, Self)) -> Self {
        if let Self::Group { items, .. } = &mut self {
            items.retain(|(key, _)| key.as_deref() != Some(name));
            items.push((Some(name.to_owned()), node));
            items.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        self
    }

    /// The same without this named part.
    pub(crate) fn without(mut self, name: &str) -> Self {
        if let Self::Group { items, .. } = &mut self {
            items.retain(|(key, _)| key.as_deref() != Some(name));
        }
        self
    }

    /// What a patch of a group writes, as the `whole` has it: paths and digests are in it. All of it
    /// where it is no patch.
    fn as_read(&self, whole: &Self) -> Self {
        let (Self::Group { name, items, .. }, mut read) = (self, whole.clone()) else {
            return whole.clone();
        };
        if let Self::Group { name: read_name, items: read_items, .. } = &mut read
            && name.is_empty()
        {
            let writes = |key: &str| items.iter().any(|(own, _)| own.as_deref() == Some(key));
            let is_own = |key: &str| writes(key) || key == "digest" && writes("file");
            read_items.retain(|(key, _)| key.as_deref().is_some_and(is_own));
            read_name.clear();
        }
        read
    }

    /// What a patch changes, a line each.
    pub(crate) fn changes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (key, node) in self.items() {
            match key {
                "venues" => {
                    for (venue, patch) in node.items() {
                        lines.extend(patch.changes_at(venue));
                    }
                },
                "traders" => {
                    for (group, patch) in node.items() {
                        lines.extend(patch.changes_of(group));
                    }
                },
                "fundamentals" => lines.extend(node.changes_at("")),
                _ => lines.push(format!("{key}: {}", node.inline())),
            }
        }
        lines
    }

    /// What the patch of a place changes.
    fn changes_at(&self, place: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for (key, node) in self.items() {
            if key == "instruments" {
                for (name, patch) in node.items() {
                    lines.extend(patch.changes_at(&format!("{place}/{name}")));
                }
            } else {
                let space = if place.is_empty() { "" } else { " " };
                lines.push(format!("{place}{space}{key}: {}", node.inline()));
            }
        }
        lines
    }

    /// What the patch of a group changes: some fields, or the whole.
    fn changes_of(&self, group: &str) -> Vec<String> {
        let is_whole = !matches!(self, Self::Group { name, .. } if name.is_empty());
        if is_whole {
            return vec![format!("{group}: {}", self.inline())];
        }
        self.changes_at(group)
    }

    /// Named parts, without the quotes of their names.
    fn items(&self) -> impl Iterator<Item = (&str, &Self)> {
        let items = if let Self::Group { items, .. } = self { items.as_slice() } else { &[] };
        items.iter().map(|(key, node)| (key.as_deref().unwrap_or_default().trim_matches('"'), node))
    }

    /// On one line.
    pub(crate) fn inline(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Group { name, brackets: (open, close), items } => {
                let items: Vec<String> = items.iter().map(inline_item).collect();
                format!("{name}{open}{}{close}", items.join(", "))
            },
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: usize, before: usize) -> fmt::Result {
        let line = self.inline();
        let Self::Group { name, brackets: (open, close), items } = self else {
            return f.write_str(&line);
        };
        if indent + before + line.len() < WIDTH {
            return f.write_str(&line);
        }
        writeln!(f, "{name}{open}")?;
        for (key, node) in items {
            let key = key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
            write!(f, "{:1$}{key}", "", indent + 4)?;
            node.write(f, indent + 4, key.len())?;
            writeln!(f, ",")?;
        }
        write!(f, "{:indent$}{close}", "")
    }
}

fn inline_item((key, node): &Item) -> String {
    match key {
        Some(key) => format!("{key}: {}", node.inline()),
        None => node.inline(),
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0, 0)
    }
}

fn value(tokens: &mut Peekable<Tokens<'_>>) -> Node {
    let first = tokens.next().unwrap_or_default();
    if let Some(brackets) = brackets(first) {
        return group(String::new(), brackets, tokens);
    }
    match tokens.next_if_eq(&"(") {
        Some(_) => group(first.to_owned(), ('(', ')'), tokens),
        None => Node::Word(first.to_owned()),
    }
}

fn group(name: String, brackets: (char, char), tokens: &mut Peekable<Tokens<'_>>) -> Node {
    let mut items: Vec<Item> = Vec::new();
    while let Some(next) = tokens.peek() {
        if next.starts_with(brackets.1) {
            tokens.next();
            break;
        }
        let part = value(tokens);
        let named = tokens.next_if_eq(&":").is_some();
        items.push(if named { (Some(part.inline()), value(tokens)) } else { (None, part) });
        tokens.next_if_eq(&",");
    }
    items.sort_by(|(one, _), (other, _)| one.cmp(other));
    Node::Group { name, brackets, items }
}

fn brackets(token: &str) -> Option<(char, char)> {
    match token {
        "(" => Some(('(', ')')),
        "[" => Some(('[', ']')),
        "{" => Some(('{', '}')),
        _ => None,
    }
}

/// What an experiment says besides its definitions.
pub(crate) struct Title<'a> {
    pub(crate) name: &'a str,
    pub(crate) question: &'a str,
    pub(crate) seed: u64,
    pub(crate) start: Time,
    pub(crate) horizon: Duration,
    pub(crate) accounts: Option<u32>,
    pub(crate) fork: Option<Fork>,
    pub(crate) metrics: &'a [String],
}

/// The canonical text of an experiment; its arms as the patches they are.
pub(crate) fn normalised(title: &Title<'_>, base: &World, arms: Vec<(&str, Node)>) -> String {
    let mut items = vec![
        ("schema", Node::word(SCHEMA)),
        ("name", Node::text(title.name)),
        ("question", Node::text(title.question)),
        ("seed", Node::word(title.seed)),
        ("start", Node::quantity(title.start)),
        ("horizon", Node::quantity(title.horizon)),
    ];
    items.extend(title.accounts.map(|it| ("accounts", Node::word(grouped(it.into())))));
    items.extend(definitions(base));
    items.extend(title.fork.map(|fork| ("fork", fork.node())));
    items.push(("arms", Node::map(arms)));
    items.push(("metrics", Node::list(title.metrics.iter().map(Node::word))));
    format!("{}\n", Node::fields("Experiment", items))
}

/// The patches of an arm as they are written, its groups as they were read.
pub(crate) fn patches(text: &str, world: &World) -> Node {
    let mut patches = Node::parse(text);
    let Node::Group { items, .. } = &mut patches else { return patches };
    let traders = items.iter_mut().filter(|(key, _)| key.as_deref() == Some("traders"));
    for (_, groups) in traders {
        let Node::Group { items, .. } = groups else { continue };
        for (key, node) in items {
            let name = key.as_deref().and_then(|key| options().from_str::<String>(key).ok());
            if let Some(group) = name.and_then(|name| world.groups.get(&name)) {
                *node = node.as_read(&group.node);
            }
        }
    }
    patches
}

/// The definitions of a world.
fn definitions(world: &World) -> Vec<(&'static str, Node)> {
    let asset = |decimals| Node::fields("Asset", vec![("decimals", Node::word(decimals))]);
    let assets = world.assets.iter().map(|(name, decimals)| (name.as_str(), asset(decimals)));
    let fundamentals = world.fundamentals.iter();
    let fundamentals =
        fundamentals.map(|(name, answer)| (name.as_str(), answer.node.as_ref().clone()));
    let venues = world.venues.iter().map(|(name, it)| (name.as_str(), venue(it)));
    vec![
        ("assets", Node::map(assets)),
        ("fundamentals", Node::map(fundamentals)),
        ("rules", rules(&world.rules)),
        ("venues", Node::map(venues)),
        ("traders", Node::list(world.groups.values().map(|group| group.node.clone()))),
    ]
}

fn venue(venue: &Venue) -> Node {
    let instruments = venue.instruments.iter().map(|(name, it)| {
        let fields = vec![
            ("index", Node::text(&it.index)),
            ("price_unit", Node::text(&power(it.price_decimals))),
            ("lot", Node::text(&power(it.lot_decimals))),
            ("rules", rules(&it.rules)),
        ];
        (name.as_str(), Node::fields("Perpetual", fields))
    });
    let fields = vec![
        ("settles_in", Node::text(&venue.asset)),
        ("taker_fee", Node::quantity(venue.taker_fee)),
        ("instruments", Node::map(instruments)),
        ("rules", rules(&venue.rules)),
    ];
    Node::fields("Venue", fields)
}

fn rules(rules: &Rules) -> Node {
    let nodes = rules.iter().map(|(&question, answers)| {
        let many = answers.iter().any(|answer| answer.rule.takes_many());
        let mut nodes = answers.iter().map(|answer| answer.node.as_ref().clone());
        let node = match nodes.next() {
            Some(node) if !many => node,
            first => Node::list(first.into_iter().chain(nodes)),
        };
        (question, node)
    });
    Node::fields("", nodes.collect())
}
