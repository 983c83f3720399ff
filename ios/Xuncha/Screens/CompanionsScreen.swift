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
        Page(title: Text("同伴"), trouble: model.shown.trouble, dismiss: model.dismissTrouble) {
            Text("今天和谁一起去？").sized(.title)
            ForEach(model.shown.colleagues, id: \.id) { person in
                BigButton(
                    Text(verbatim: person.name), sign: "person", isQuiet: true,
                    isChosen: model.shown.chosen.contains(person.id)
                ) { model.toggle(person.id) }
            }
        } footer: {
            BigButton(
                model.shown.chosen.isEmpty ? Text("一个人去") : Text("选好了"), sign: "arrow.right",
                action: model.begin)
        }
    }
}
