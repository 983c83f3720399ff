// A place to write, with its name above it.

import SwiftUI

struct Field: View {
    let label: Text
    @Binding var text: String
    var isNumber = false
    var isLong = false

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            label.sized(.strong).accessibilityHidden(true)
            TextField("", text: $text, axis: isLong ? .vertical : .horizontal)
                .sized()
                .keyboardType(isNumber ? .numberPad : .default)
                .padding(16)
                .frame(minHeight: 60)
                .background(Color.card)
                .overlay(RoundedRectangle(cornerRadius: 12).stroke(Color.soft, lineWidth: 2))
                .accessibilityLabel(label)
        }
    }
}
