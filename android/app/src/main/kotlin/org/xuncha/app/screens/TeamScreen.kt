package org.xuncha.app.screens

import android.os.Bundle
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** Who goes along, asked before an inspection begins: volunteers go in twos or threes. */
class TeamScreen(host: Host, place: Place) : Screen(host, place) {
    private val chosen = LinkedHashSet(place.state.getStringArrayList(CHOSEN).orEmpty())

    override fun save(state: Bundle) = state.putStringArrayList(CHOSEN, ArrayList(chosen))

    override fun draw(): Page {
        val colleagues = host.phone.book().colleagues()
        val content = kit.column(
            kit.heading(string(R.string.team_question)),
            kit.softText(string(R.string.team_hint)),
            *colleagues.map { person ->
                kit.toggle(person.name, person.id in chosen) {
                    if (!chosen.remove(person.id)) chosen.add(person.id)
                    host.redraw()
                }
            }.toTypedArray(),
            if (host.phone.choices.usesPosition ==
                true
            ) {
                kit.signed(R.drawable.ic_pin, string(R.string.position_once), kit.palette.inkSoft)
            } else {
                null
            },
        )
        val words = if (chosen.isEmpty()) string(R.string.start_alone) else string(R.string.start_together, chosen.size)
        return page(string(R.string.team_title), content, listOf(kit.primary(words, R.drawable.ic_next) { start() }))
    }

    private fun start() {
        val draft = host.trying { it.start(place.about, chosen.toList(), null) } ?: return
        host.replace(Kind.INSPECTION, draft)
    }

    private companion object {
        const val CHOSEN = "chosen"
    }
}
