// How many minors, of what age, and whether they left: never who.

import SwiftUI
import XunchaCore
import XunchaKit

struct MinorsContent: View {
    let choice: ChoiceLine
    @ObservedObject var model: InspectionModel

    var body: some View {
        let seen = model.shown.minors
        Text("大约看到几个未成年人？").sized(.title)
        HStack(spacing: 12) {
            BigButton(Text("少一个"), sign: "minus", isQuiet: true) { model.count(max(seen.count, 1) - 1) }
            Text(verbatim: "\(seen.count)").sized(.title)
            BigButton(Text("多一个"), sign: "plus", isQuiet: true) { model.count(seen.count + 1) }
        }
        Text("看上去多大？可以选几个，看不出就不选。").sized(.title)
        ForEach(AgeBand.all, id: \.self) { band in
            BigButton(
                Text(verbatim: band.label(locale: model.phone.language)), sign: "circle", isQuiet: true,
                isChosen: seen.bands.contains(band)
            ) { model.toggle(band) }
        }
        Text("已经劝离了吗？").sized(.title)
        BigButton(Text("已劝离"), sign: "circle", isQuiet: true, isChosen: seen.dissuaded) {
            model.dissuaded(!seen.dissuaded)
        }
        if choice.asksDanger {
            Text("有孩子正处在危险中吗？").sized(.title)
            BigButton(
                Text("有危险"), sign: "exclamationmark.octagon", color: .urgent, isQuiet: true,
                isChosen: seen.inDanger
            ) { model.inDanger(!seen.inDanger) }
        }
    }
}

struct MinorsContent_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { MinorsContent(choice: .sample, model: .sample) }
    }
}
