// What an inspection's screens say aloud: on a tap, and by themselves where that was chosen.

import XunchaCore

extension MinorsAsked {
    /// All of it, as it is read aloud.
    var spoken: [String] { [howMany, whichAge, whatCameOfIt, dissuaded] + [inDanger].compactMap { $0 } }
}

extension InspectionModel {
    /// Reads the question and its buttons aloud, or what is asked after the answer.
    public func readAloud() {
        let spoken: [String] =
            switch shown.step {
            case .question(let item):
                [item.dayType, item.question].compactMap { $0 } + item.choices.map(\.label)
            case .minors(_, let choice): choice.minorsAsked?.spoken ?? []
            case .photo: [photoQuestion]
            case .none, .summary, .discarding: []
            }
        guard !spoken.isEmpty else { return }
        if !phone.seams.speaker.say(spoken.joined(separator: "\n"), in: phone.language) {
            shown.trouble = Trouble(.noVoice, in: phone.language)
        }
    }

    /// A page came: it is read once, where that was chosen.
    func readByItself() {
        if phone.preferences.readsAloud { readAloud() }
    }
}
