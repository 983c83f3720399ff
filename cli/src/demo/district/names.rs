//! What people and places of a made-up district are called.

use xuncha_core::domain::VenueKind;

use super::super::Seeded;

const STATIONS: [&str; 6] = ["柳岸", "石桥", "梅坞", "芦荻", "云亭", "枫渡"];
const SCHOOLS: [&str; 9] = ["青禾", "望湖", "明灯", "春芽", "书院里", "小荷", "晨光", "知行", "拾贝"];
const SURNAMES: [&str; 16] =
    ["贺", "闵", "苗", "柏", "邬", "祁", "封", "卞", "穆", "霍", "应", "宗", "管", "解", "晏", "臧"];
const GIVEN: [&str; 16] = [
    "松年", "春和", "玉茗", "守拙", "桂香", "长庚", "静姝", "远舟", "秋白", "德润", "兰溪", "承志", "若水",
    "念慈", "怀瑾", "明月",
];
const CAFES: [&str; 12] =
    ["蓝鲸", "极昼", "银杏树", "第九站", "深海", "晴空", "木星", "双子", "北风", "麦田", "流萤", "回声"];
const ARCADES: [&str; 8] = ["跳跳豆", "彩虹桥", "大风车", "弹珠王国", "小火车", "万花筒", "纸飞机", "铁皮鼓"];
const ROADS: [&str; 8] = ["柳岸路", "石桥街", "梅坞巷", "芦荻路", "云亭路", "枫渡街", "灯塔路", "磨坊巷"];

/// Names, each given once.
pub(super) struct Names {
    chance: Seeded,
    stations: Vec<String>,
    schools: Vec<&'static str>,
    people: Vec<String>,
    cafes: Vec<&'static str>,
    arcades: Vec<&'static str>,
}

impl Names {
    pub(super) fn new(mut chance: Seeded) -> Self {
        let people =
            SURNAMES.iter().zip(shuffled(&GIVEN, &mut chance)).map(|(sur, given)| format!("{sur}{given}"));
        Self {
            stations: shuffled(&STATIONS, &mut chance)
                .iter()
                .map(|name| format!("{name}关爱工作站"))
                .collect(),
            people: people.collect(),
            schools: shuffled(&SCHOOLS, &mut chance),
            cafes: shuffled(&CAFES, &mut chance),
            arcades: shuffled(&ARCADES, &mut chance),
            chance,
        }
    }

    pub(super) fn station(&mut self) -> String {
        self.stations.pop().unwrap_or_default()
    }

    pub(super) fn school(&mut self, kind: &str) -> String {
        format!("{}{kind}", self.schools.pop().unwrap_or_default())
    }

    pub(super) fn person(&mut self) -> String {
        self.people.pop().unwrap_or_default()
    }

    /// A venue's name and address.
    pub(super) fn venue(&mut self, kind: &VenueKind) -> (String, String) {
        let (pool, ending) = match kind {
            VenueKind::InternetCafe => (&mut self.cafes, "网吧"),
            _ => (&mut self.arcades, "游艺厅"),
        };
        let name = format!("{}{ending}", pool.pop().unwrap_or_default());
        let road = self.chance.pick(&ROADS).copied().unwrap_or_default();
        (name, format!("{road}{}号", 1 + self.chance.below(180)))
    }
}

fn shuffled<T: Copy>(all: &[T], chance: &mut Seeded) -> Vec<T> {
    let mut left = all.to_vec();
    let mut drawn = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let index = usize::try_from(chance.below(u64::try_from(left.len()).unwrap_or(1))).unwrap_or(0);
        drawn.push(left.swap_remove(index));
    }
    drawn
}
