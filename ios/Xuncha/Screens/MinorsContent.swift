// How many minors, of what age, and whether they left: never who.

import SwiftUI
import XunchaCore
import XunchaKit

struct MinorsContent: View {
    let choice: ChoiceLine
    @ObservedObject var model: InspectionModel

    var body: some View {
        let seen = model.shown.minors
        if let asked = choice.minorsAsked {
            PartHead(Text(verbatim: asked.howMany))
            SideBySide {
                BigButton(Text("少一个"), sign: "minus", isQuiet: true, action: model.oneFewer)
                Text("\(Int(seen.count)) 人").sized(.title)
                BigButton(Text("多一个"), sign: "plus", isQuiet: true, action: model.oneMore)
            }
            Text(verbatim: asked.whichAge).sized(.title)
            ForEach(AgeBand.all, id: \.self) { band in
                BigButton(
                    Text(verbatim: band.label(locale: model.phone.language)), sign: "circle", isQuiet: true,
                    isChosen: seen.bands.contains(band)
                ) { model.toggle(band) }
            }
            Text(verbatim: asked.whatCameOfIt).sized(.title)
            BigButton(
                Text(verbatim: asked.dissuaded), sign: "circle", isQuiet: true, isChosen: seen.dissuaded
            ) { model.dissuaded(!seen.dissuaded) }
            if let inDanger = asked.inDanger {
                BigButton(
                    Text(verbatim: inDanger), sign: "exclamationmark.octagon", color: .urgent, isQuiet: true,
                    isChosen: seen.inDanger
                ) { model.inDanger(!seen.inDanger) }
            }
        }
        BigButton(Text("朗读"), sign: "speaker.wave.2", isQuiet: true, action: model.readAloud)
    }
}

struct MinorsContent_Previews: PreviewProvider {
    static var previews: some View {
        ScrollView { MinorsContent(choice: .sample, model: .sample) }
    }
}
