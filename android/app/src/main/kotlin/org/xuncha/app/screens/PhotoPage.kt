package org.xuncha.app.screens

import org.xuncha.app.R
import org.xuncha.app.ui.Kit
import org.xuncha.app.ui.Page
import org.xuncha.core.DraftItem
import org.xuncha.core.PhotoLine

/** After an answer that a photo belongs to: take it, or go on without. */
class PhotoPage(
    private val kit: Kit,
    private val item: DraftItem,
    private val taken: List<PhotoLine>,
    private val isSaving: Boolean,
    private val littleRoom: String?,
    private val photosLeft: Int,
    private val leadsToSummary: Boolean,
    private val onRetry: () -> Unit,
    private val onTake: () -> Unit,
    private val onBack: () -> Unit,
    private val onNext: () -> Unit,
) {
    fun draw(): Page {
        val state = when {
            isSaving -> kit.signed(R.drawable.ic_clock, kit.string(R.string.saving_photo), kit.palette.wait.ink, bold = true)
            taken.isNotEmpty() -> kit.signed(R.drawable.ic_check, kit.string(R.string.photo_kept), kit.palette.good.ink, bold = true)
            else -> null
        }
        val content = kit.column(
            kit.softText(item.question),
            kit.heading(kit.string(R.string.photo_question), scale = 1.35f),
            kit.text(kit.string(R.string.no_faces)),
            littleRoom?.let { kit.warning(it) },
            kit.photosLeft(photosLeft, onRetry),
            state,
        )
        val without = if (leadsToSummary) R.string.no_photo_to_summary else R.string.no_photo
        val onward = if (leadsToSummary) R.string.to_summary else R.string.question_after
        val actions = if (taken.isEmpty()) {
            listOf(
                kit.primary(kit.string(R.string.take_photo), R.drawable.ic_camera, onTake),
                kit.secondary(kit.string(without), R.drawable.ic_next, onNext),
            )
        } else {
            listOf(
                kit.secondary(kit.string(R.string.take_another), R.drawable.ic_camera, onTake),
                kit.primary(kit.string(onward), R.drawable.ic_next, onNext),
            )
        }
        return Page(kit, kit.string(R.string.photo_title), content, actions, null, onBack)
    }
}
