// A place to write, with its name above it.

import SwiftUI

struct Field: View {
    /// What is written there.
    enum Kind {
        case words, number, address
    }

    let label: Text
    @Binding var text: String
    var kind = Kind.words
    var isLong = false
    @FocusState private var isWriting: Bool

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            label.sized(.strong).accessibilityHidden(true)
            TextField("", text: $text, axis: isLong ? .vertical : .horizontal)
                .focused($isWriting)
                .sized()
                .keyboardType(keyboard)
                .textInputAutocapitalization(kind == .words ? .sentences : .never)
                .autocorrectionDisabled(kind != .words)
                .padding(16)
                .frame(minHeight: 60)
                .background(Color.card)
                .overlay(RoundedRectangle(cornerRadius: 12).stroke(Color.soft, lineWidth: 2))
                .accessibilityLabel(label)
                // All of the frame, not the one line of text in it.
                .contentShape(Rectangle())
                .onTapGesture { isWriting = true }
        }
        .preference(key: Writing.self, value: isWriting)
    }

    private var keyboard: UIKeyboardType {
        switch kind {
        case .words: .default
        case .number: .numberPad
        case .address: .URL
        }
    }
}

/// Whether somebody writes on the page: the keyboard takes half of it then.
struct Writing: PreferenceKey {
    static let defaultValue = false

    static func reduce(value: inout Bool, nextValue: () -> Bool) {
        value = nextValue() || value
    }
}
