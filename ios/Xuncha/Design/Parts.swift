// The few parts that all screens are made of.

import SwiftUI
import XunchaKit

/// A button across the screen, at least 60 points high, with a sign and a word.
struct BigButton: View {
    let title: Text
    let sign: String
    var color: Color
    var isQuiet: Bool
    var isChosen: Bool
    let action: () -> Void

    init(
        _ title: Text, sign: String, color: Color = .accent, isQuiet: Bool = false, isChosen: Bool = false,
        action: @escaping () -> Void
    ) {
        self.title = title
        self.sign = sign
        self.color = color
        self.isQuiet = isQuiet
        self.isChosen = isChosen
        self.action = action
    }

    var body: some View {
        Button(action: action) {
            BigLabel(title: title, sign: sign, color: color, isQuiet: isQuiet, isChosen: isChosen)
        }
        .buttonStyle(.plain)
        .accessibilityAddTraits(isChosen ? [.isButton, .isSelected] : .isButton)
    }
}

/// The way back: at least 60 points each way.
struct BackButton: View {
    let title: Text
    let action: () -> Void

    init(_ title: Text, action: @escaping () -> Void) {
        self.title = title
        self.action = action
    }

    var body: some View {
        Button(action: action) {
            HStack(spacing: 4) {
                Image(systemName: "chevron.left").accessibilityHidden(true)
                title
            }
            .sized(.strong)
            .foregroundColor(.accent)
            .frame(minWidth: 60, minHeight: 60)
            // A tap means all of it, not the letters alone.
            .contentShape(Rectangle())
        }
        .buttonStyle(.plain)
    }
}

/// A button that hands a file to whatever app is chosen.
struct BigShare: View {
    let title: Text
    let sign: String
    let file: URL

    init(_ title: Text, sign: String, file: URL) {
        self.title = title
        self.sign = sign
        self.file = file
    }

    var body: some View {
        ShareLink(item: file) { BigLabel(title: title, sign: sign) }.buttonStyle(.plain)
    }
}

/// How these buttons look.
struct BigLabel: View {
    let title: Text
    let sign: String
    var color: Color = .accent
    var isQuiet = false
    var isChosen = false

    var body: some View {
        HStack(spacing: 12) {
            Image(systemName: isChosen ? "checkmark.circle.fill" : sign).accessibilityHidden(true)
            title
            Spacer(minLength: 0)
        }
        .sized(.strong)
        .foregroundColor(isQuiet ? color : .onAccent)
        .padding(16)
        .frame(maxWidth: .infinity, minHeight: 68)
        .background(isQuiet ? Color.card : Color.accent)
        .overlay(
            RoundedRectangle(cornerRadius: 16).stroke(isQuiet ? color : .accent, lineWidth: isChosen ? 4 : 2)
        )
        .clipShape(RoundedRectangle(cornerRadius: 16))
    }
}

/// Side by side as long as no word has to be broken for it, else below one another.
struct SideBySide<Content: View>: View {
    @ViewBuilder let content: () -> Content

    var body: some View {
        ViewThatFits(in: .horizontal) {
            EvenHStack { content() }
            VStack(spacing: EvenRow.gap) { content() }
        }
    }
}

/// Buttons take what width they are given, so that a stack gives each the same: the room it says it wants must be
/// enough for the widest of them.
private struct EvenHStack: Layout {
    func sizeThatFits(proposal: ProposedViewSize, subviews: Subviews, cache: inout ()) -> CGSize {
        let row = row(of: subviews)
        let width = proposal.width ?? row.width
        let share = ProposedViewSize(width: row.share(of: width), height: nil)
        return CGSize(width: width, height: subviews.map { $0.sizeThatFits(share).height }.max() ?? 0)
    }

    func placeSubviews(
        in bounds: CGRect, proposal: ProposedViewSize, subviews: Subviews, cache: inout ()
    ) {
        let row = row(of: subviews)
        let share = ProposedViewSize(width: row.share(of: bounds.width), height: bounds.height)
        for (number, subview) in subviews.enumerated() {
            let middle = CGPoint(
                x: bounds.minX + row.middle(of: number, in: bounds.width), y: bounds.midY)
            subview.place(at: middle, anchor: .center, proposal: share)
        }
    }

    private func row(of subviews: Subviews) -> EvenRow {
        EvenRow(wanted: subviews.map { $0.sizeThatFits(.unspecified).width })
    }
}

/// A sheet of paper that holds what belongs together.
struct Card<Content: View>: View {
    @ViewBuilder let content: () -> Content

    var body: some View {
        VStack(alignment: .leading, spacing: 12) { content() }
            .padding(16)
            .frame(maxWidth: .infinity, alignment: .leading)
            .background(Color.card)
            .clipShape(RoundedRectangle(cornerRadius: 16))
            .overlay(RoundedRectangle(cornerRadius: 16).stroke(Color.rule, lineWidth: 1))
    }
}

/// A sign with words beside it.
struct Line: View {
    let sign: String
    var color: Color = .soft
    let text: Text
    var step: TextStep = .body

    var body: some View {
        HStack(alignment: .firstTextBaseline, spacing: 10) {
            Image(systemName: sign).accessibilityHidden(true)
            text
        }
        .sized(step)
        .foregroundColor(color)
        .accessibilityElement(children: .combine)
    }
}

/// A card that is pressed as a whole.
struct CardButton<Content: View>: View {
    let action: () -> Void
    @ViewBuilder let content: () -> Content

    var body: some View {
        Button(action: action) {
            Card { content() }.frame(minHeight: 60)
        }
        .buttonStyle(.plain)
        .accessibilityElement(children: .combine)
        .accessibilityAddTraits(.isButton)
    }
}
