package org.xuncha.app.screens

import android.view.Gravity
import android.view.View
import org.xuncha.app.R
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.core.AgeBand
import org.xuncha.core.ChoiceLine
import org.xuncha.core.DraftItem
import org.xuncha.core.DraftPage
import org.xuncha.core.Locale
import org.xuncha.core.MinorsSeen

/** What follows when minors were seen: about how many, of which age, whether they were talked into leaving. */
class MinorsPage(
    private val kit: Kit,
    private val page: DraftPage,
    private val item: DraftItem,
    private val choice: ChoiceLine,
    private val seen: MinorsSeen,
    private val locale: Locale,
    private val onChange: (MinorsSeen) -> Unit,
    private val onBack: () -> Unit,
    private val onDone: (MinorsSeen) -> Unit,
) {
    private val asked = checkNotNull(choice.minorsAsked)

    fun draw(): Page {
        val content = kit.column(
            kit.softText("${item.question} ${choice.label}"),
            kit.heading(asked.howMany, scale = 1.35f),
            counter(),
            kit.section(asked.whichAge),
            *AgeBand.entries.map(::band).toTypedArray(),
            kit.section(asked.whatCameOfIt),
            kit.toggle(asked.dissuaded, seen.dissuaded) { onChange(seen.copy(dissuaded = !seen.dissuaded)) },
            asked.inDanger?.let(::danger),
            kit.softText(kit.string(R.string.no_names)),
        )
        val confirm = kit.primary(kit.string(R.string.confirm), R.drawable.ic_check) { onDone(seen) }
        return Page(kit, page.venueName, content, listOf(confirm), null, onBack)
    }

    private fun counter(): View {
        val count = seen.count.toInt()
        val less = kit.secondary(kit.string(R.string.less), R.drawable.ic_dash) { onChange(seen.copy(count = (count - 1).toUShort())) }
        val more = kit.secondary(kit.string(R.string.more), R.drawable.ic_plus) { onChange(seen.copy(count = (count + 1).toUShort())) }
        less.isEnabled = count > 1
        less.alpha = if (less.isEnabled) 1f else FAINT
        val number = kit.text(kit.string(R.string.people, count), scale = 1.8f, bold = true).apply {
            gravity = Gravity.CENTER
            accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        }
        return kit.column(number, kit.pair(less, more))
    }

    private fun band(band: AgeBand): View {
        val on = band in seen.bands
        return kit.toggle(band.label(locale), on) { onChange(seen.copy(bands = if (on) seen.bands - band else seen.bands + band)) }
    }

    private fun danger(words: String): View =
        kit.toggle(words, seen.inDanger, tint = kit.palette.bad) { onChange(seen.copy(inDanger = !seen.inDanger)) }

    private companion object {
        const val FAINT = 0.5f
    }
}
