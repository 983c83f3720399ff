// Who goes along, before the first question.

import SwiftUI
import XunchaCore
import XunchaKit

struct CompanionsScreen: View {
    @StateObject private var model: CompanionsModel

    init(_ phone: Phone, venue: VenueId) {
        _model = StateObject(wrappedValue: CompanionsModel(phone, venue: venue))
    }

    var body: some View {
        Page(title: Text("同行的人"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            CompanionsContent(
                colleagues: model.shown.colleagues, chosen: model.shown.chosen, toggle: model.toggle)
        } footer: {
            BigButton(
                model.shown.chosen.isEmpty ? Text("一个人去") : Text("选好了"), sign: "arrow.right",
                action: model.begin)
        }
    }
}

struct CompanionsContent: View {
    let colleagues: [PersonLine]
    let chosen: [MemberId]
    let toggle: (MemberId) -> Void

    var body: some View {
        Text("今天和谁一起去？").sized(.title)
        ForEach(colleagues, id: \.id) { person in
            BigButton(
                Text(verbatim: person.name), sign: "person", isQuiet: true,
                isChosen: chosen.contains(person.id)
            ) { toggle(person.id) }
        }
    }
}

struct CompanionsScreen_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView {
            CompanionsContent(colleagues: PersonLine.samples, chosen: ["1"], toggle: { _ in })
        }
    }
}
