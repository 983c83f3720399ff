// Colours, light and dark, as the asset catalogue has them. A test computes their contrast: at least 4.5 : 1.

import SwiftUI
import XunchaCore

extension Color {
    static let paper = Color("Paper")
    static let card = Color("Card")
    static let ink = Color("Ink")
    static let soft = Color("Soft")
    static let rule = Color("Rule")
    static let accent = Color("Accent")
    static let onAccent = Color("OnAccent")
    static let good = Color("Good")
    static let due = Color("Due")
    static let urgent = Color("Urgent")
}

extension CoverageShown {
    /// A sign beside the word: colour alone says nothing.
    var sign: String {
        switch self {
        case .met: "checkmark.circle.fill"
        case .onTrack: "circle"
        case .due: "clock.fill"
        case .late: "exclamationmark.triangle.fill"
        case .missed: "xmark.circle.fill"
        case .exempt: "minus.circle"
        }
    }

    var color: Color {
        switch self {
        case .met: .good
        case .onTrack, .exempt: .soft
        case .due: .due
        case .late, .missed: .urgent
        }
    }
}

extension RecordShown {
    var sign: String {
        switch self {
        case .waiting: "iphone"
        case .sending: "arrow.up.circle"
        case .received: "checkmark.seal.fill"
        case .returned: "arrow.uturn.backward.circle.fill"
        case .refused: "xmark.octagon.fill"
        }
    }

    var color: Color {
        switch self {
        case .waiting, .sending: .due
        case .received: .good
        case .returned, .refused: .urgent
        }
    }
}

extension UnsentShown {
    var sign: String {
        switch self {
        case .nothing: "checkmark.seal.fill"
        case .waiting: "tray.and.arrow.up"
        case .refused: "exclamationmark.triangle.fill"
        }
    }

    var color: Color {
        switch self {
        case .nothing: .good
        case .waiting: .due
        case .refused: .urgent
        }
    }
}

extension PhotoShown {
    var sign: String {
        switch self {
        case .draft, .waiting: "iphone"
        case .received: "checkmark.seal.fill"
        case .refused: "xmark.octagon.fill"
        }
    }

    var color: Color {
        switch self {
        case .draft, .waiting: .due
        case .received: .good
        case .refused: .urgent
        }
    }
}

extension ReportShown {
    var sign: String {
        switch self {
        case .waiting: "clock.fill"
        case .reported: "checkmark.seal.fill"
        case .refused: "exclamationmark.triangle.fill"
        }
    }

    var color: Color {
        switch self {
        case .waiting: .due
        case .reported: .good
        case .refused: .urgent
        }
    }
}

extension Severity {
    var sign: String {
        switch self {
        case .s: "exclamationmark.octagon.fill"
        case .r: "flag.fill"
        case .n: "pencil.circle.fill"
        }
    }

    var color: Color {
        switch self {
        case .s: .urgent
        case .r: .due
        case .n: .soft
        }
    }
}

extension Tone {
    var sign: String {
        switch self {
        case .good: "checkmark.circle"
        case .bad: "exclamationmark.triangle"
        case .unsure: "questionmark.circle"
        }
    }

    var color: Color {
        switch self {
        case .good: .good
        case .bad: .urgent
        case .unsure: .due
        }
    }
}
