// What an inspection's screens say aloud: on a tap, and by themselves where that was chosen.

import XunchaCore

/// What is asked once minors were seen: shown and read aloud in the same words.
public enum MinorsQuestion: CaseIterable, Sendable {
    case count, age, dissuaded, danger

    public func words(in language: Language) -> String {
        switch self {
        case .count: language.pick("大约看到几个未成年人？", "About how many minors did you see?")
        case .age:
            language.pick("看上去多大？可以选几个，看不出就不选。", "How old do they look? Choose any; none if you cannot tell.")
        case .dissuaded: language.pick("已经劝离了吗？", "Were they talked into leaving?")
        case .danger: language.pick("有孩子正处在危险中吗？", "Is a child in danger now?")
        }
    }

    /// Those that follow a choice.
    static func after(_ choice: ChoiceLine) -> [Self] {
        allCases.filter { $0 != .danger || choice.asksDanger }
    }
}

extension InspectionModel {
    /// Reads the question and its buttons aloud, or what is asked after the answer.
    public func readAloud() {
        let spoken: [String] =
            switch shown.step {
            case .question(let item):
                [item.dayType, item.question].compactMap { $0 } + item.choices.map(\.label)
            case .minors(_, let choice):
                MinorsQuestion.after(choice).map { $0.words(in: phone.language) }
            case .photo: [photoQuestion]
            case .none, .summary, .discarding: []
            }
        guard !spoken.isEmpty else { return }
        phone.seams.speaker.say(spoken.joined(separator: "\n"), in: phone.language)
    }

    /// A page came: it is read once, where that was chosen.
    func readByItself() {
        if phone.preferences.readsAloud { readAloud() }
    }
}
