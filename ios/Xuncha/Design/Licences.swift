// The open-source software that the app stands on: the same list as on Android.

import Foundation

enum Licences {
    /// A line for each licence.
    static let lines: [String] = {
        let file = Bundle.main.url(forResource: "licences", withExtension: "txt")
        let text = file.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
        return text.split(separator: "\n").map(String.init)
    }()
}
