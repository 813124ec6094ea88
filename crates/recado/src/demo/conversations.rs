//! What the customers of the demo shop wrote, and what they were answered. The length is the content.

use super::{By, Conversation, Customer, INES, LUCIA, Message, Status, TOM, Tick};

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

const fn them(minutes_ago: u32, text: &'static str) -> Message {
    Message {
        minutes_ago,
        by: By::Customer,
        text,
    }
}

const fn us(minutes_ago: u32, email: &'static str, tick: Tick, text: &'static str) -> Message {
    Message {
        minutes_ago,
        by: By::Member { email, tick },
        text,
    }
}

const fn customer(name: &'static str, phone: &'static str) -> Customer {
    Customer {
        name,
        phone,
        email: None,
        company: None,
    }
}

pub(super) const ALL: &[Conversation] = &[
    Conversation {
        customer: customer("Marta Gil", "+34600000011"),
        status: Status::Open,
        assigned: None,
        unread: 2,
        messages: &[
            them(4 * DAY + 130, "Hola! ¿Hacéis tartas sin gluten por encargo?"),
            us(
                4 * DAY + 118,
                INES,
                Tick::Read,
                "¡Hola, Marta! Sí, con dos días de antelación. ¿Para cuántas personas?",
            ),
            them(4 * DAY + 112, "Para 10 más o menos, es el cumple de mi hija"),
            us(
                4 * DAY + 100,
                INES,
                Tick::Read,
                "Entonces la de 26 cm, 34 €. De limón o de chocolate con avellana.",
            ),
            them(4 * DAY + 96, "Lo consulto con la jefa y te digo 😄"),
            them(14, "La jefa ha hablado: chocolate con avellana 🎂"),
            them(12, "¿La podría recoger el sábado a las 11?"),
        ],
    },
    Conversation {
        customer: Customer {
            name: "James Whitaker",
            phone: "+447700900142",
            email: Some("james@whitaker-studio.example"),
            company: Some("Whitaker Studio"),
        },
        status: Status::Open,
        assigned: Some(TOM),
        unread: 0,
        messages: &[
            them(
                7 * HOUR,
                "Morning! We have 18 people in the studio on Thursday. Could you do breakfast for us?",
            ),
            us(
                6 * HOUR + 48,
                TOM,
                Tick::Read,
                "Morning James, gladly. Pastries and coffee, or something more filling?",
            ),
            them(
                6 * HOUR + 40,
                "Half and half? Three vegans, one nut allergy (a serious one)",
            ),
            us(
                6 * HOUR + 11,
                TOM,
                Tick::Read,
                "Understood. I'd suggest:\n\n• 18 mini croissants (6 vegan)\n• 10 tostadas with tomato\n• fruit for the table\n• 2 flasks of coffee, oat milk on the side\n\nNuts: we bake with almonds every day, so I can't promise there are no traces. For that person I'd bring sealed yoghurts and fruit.",
            ),
            them(
                5 * HOUR + 50,
                "Really appreciate the honesty. Go ahead, sealed yoghurt is perfect.",
            ),
            us(
                5 * HOUR + 44,
                TOM,
                Tick::Read,
                "Booked for Thursday, 8:45. It comes to €142, delivery included.",
            ),
            them(38, "One more and we're 19, is that still alright?"),
            us(
                31,
                TOM,
                Tick::Delivered,
                "No problem at all, I'll add one of everything.",
            ),
        ],
    },
    Conversation {
        customer: customer("ليلى منصور", "+971500000012"),
        status: Status::Open,
        assigned: Some(LUCIA),
        unread: 1,
        messages: &[
            them(2 * DAY + 5 * HOUR, "مرحبا، هل لديكم معمول بالتمر؟"),
            us(
                2 * DAY + 4 * HOUR,
                LUCIA,
                Tick::Read,
                "أهلاً ليلى! نعم، نخبزه كل يوم خميس. كم علبة تريدين؟",
            ),
            them(2 * DAY + 3 * HOUR + 50, "علبتان من فضلك، وواحدة بالفستق إن وجدت"),
            us(
                2 * DAY + 3 * HOUR + 41,
                LUCIA,
                Tick::Read,
                "تم الحجز باسمك: علبتان بالتمر وعلبة بالفستق 🌙",
            ),
            them(52, "شكراً جزيلاً! هل يمكن الاستلام بعد الساعة السابعة؟"),
        ],
    },
    Conversation {
        customer: customer("Beatriz Nogueira", "+351910000013"),
        status: Status::Pending,
        assigned: Some(INES),
        unread: 0,
        messages: &[
            them(21 * HOUR + 40, "Boa tarde! Vocês enviam pastéis para Lisboa?"),
            us(
                21 * HOUR + 22,
                INES,
                Tick::Read,
                "Boa tarde, Beatriz! Enviamos às terças, chegam no dia seguinte.",
            ),
            them(21 * HOUR + 15, "Que bom. E quanto fica uma caixa de 12?"),
            us(
                21 * HOUR + 2,
                INES,
                Tick::Read,
                "18 € a caixa, mais 6 € de portes. Confirmo com a transportadora e já lhe digo.",
            ),
            them(20 * HOUR + 55, "Perfeito, fico à espera 🙏"),
        ],
    },
    Conversation {
        customer: customer("Rafael Siqueira", "+5511900000014"),
        status: Status::Open,
        assigned: None,
        unread: 3,
        messages: &[
            them(3 * HOUR + 20, "Oi, tudo bem? Chego em Málaga amanhã"),
            them(3 * HOUR + 19, "Vi no Instagram que vocês têm pão de queijo 👀"),
            them(3 * HOUR + 17, "É verdade?? Até que horas ficam abertos?"),
        ],
    },
    Conversation {
        customer: Customer {
            name: "Claire Fontaine",
            phone: "+33639980015",
            email: Some("claire@lesarcades.example"),
            company: Some("Hôtel Les Arcades"),
        },
        status: Status::Open,
        assigned: Some(LUCIA),
        unread: 0,
        messages: &[
            them(
                9 * DAY + 3 * HOUR,
                "Bonjour, nous aimerions proposer vos viennoiseries au petit-déjeuner de l'hôtel.",
            ),
            us(
                9 * DAY + 2 * HOUR,
                LUCIA,
                Tick::Read,
                "Bonjour Claire, quelle bonne nouvelle ! Combien de pièces par jour ?",
            ),
            them(9 * DAY + HOUR, "Entre 40 et 60, davantage le week-end."),
            us(
                8 * DAY + 23 * HOUR,
                LUCIA,
                Tick::Read,
                "C'est faisable. Je vous prépare un tarif dégressif et une dégustation pour vendredi.",
            ),
            them(
                6 * DAY + 2 * HOUR,
                "La dégustation était excellente, surtout les croissants au beurre salé.",
            ),
            us(
                6 * DAY + HOUR,
                LUCIA,
                Tick::Read,
                "Merci beaucoup ! Je vous envoie le contrat aujourd'hui.",
            ),
            them(2 * HOUR + 25, "Contrat signé ✍️ On commence lundi ?"),
            us(
                2 * HOUR + 4,
                LUCIA,
                Tick::Read,
                "Lundi, 6 h 30, à la porte de service. À très vite !",
            ),
        ],
    },
    Conversation {
        customer: customer("Ana Lucía Restrepo", "+573000000016"),
        status: Status::Closed,
        assigned: Some(INES),
        unread: 0,
        messages: &[
            them(
                11 * DAY + 200,
                "Buenas! Dejé olvidada una bufanda roja en la mesa de la ventana",
            ),
            us(
                11 * DAY + 188,
                INES,
                Tick::Read,
                "¡Hola! La tenemos guardada detrás de la barra 🧣",
            ),
            them(11 * DAY + 185, "Ay qué alivio!! Paso mañana por ella"),
            us(
                10 * DAY + 300,
                INES,
                Tick::Read,
                "Aquí te espera. ¡Gracias por venir!",
            ),
        ],
    },
    Conversation {
        customer: customer("Oisín Byrne", "+353209110017"),
        status: Status::Pending,
        assigned: Some(TOM),
        unread: 0,
        messages: &[
            them(
                3 * DAY + 400,
                "Hi, I ordered the sourdough starter kit online last week and it hasn't come yet. Order 2217.",
            ),
            us(
                3 * DAY + 380,
                TOM,
                Tick::Read,
                "Hi Oisín, sorry about that. Let me ask the courier.",
            ),
            us(
                3 * DAY + 120,
                TOM,
                Tick::Read,
                "They say it is held at customs in Dublin; they need your Eircode to release it.",
            ),
            them(3 * DAY + 95, "Grand, just sent it to them."),
            us(
                2 * DAY + 1300,
                TOM,
                Tick::Delivered,
                "Thanks! I'll check on it again tomorrow and let you know.",
            ),
        ],
    },
    Conversation {
        customer: customer("Jonas Keller", "+491713920018"),
        status: Status::Closed,
        assigned: Some(TOM),
        unread: 0,
        messages: &[
            them(13 * DAY + 90, "Hallo, habt ihr am Feiertag geöffnet?"),
            us(
                13 * DAY + 81,
                TOM,
                Tick::Read,
                "Hallo Jonas! Ja, von 8 bis 14 Uhr.",
            ),
            them(13 * DAY + 80, "Super, danke!"),
        ],
    },
    Conversation {
        customer: Customer {
            name: "Priya Raman",
            phone: "+12025550119",
            email: Some("priya.raman@mail.example"),
            company: None,
        },
        status: Status::Open,
        assigned: Some(INES),
        unread: 1,
        messages: &[
            them(DAY + 6 * HOUR, "Hello! Do you run baking classes in English?"),
            us(
                DAY + 5 * HOUR + 30,
                INES,
                Tick::Read,
                "Hi Priya, yes: every second Sunday, four hours, €55 with lunch.",
            ),
            them(DAY + 5 * HOUR + 12, "Lovely. Two places for this Sunday please"),
            us(
                DAY + 5 * HOUR,
                INES,
                Tick::Read,
                "You're in! Bring an apron if you have a favourite, otherwise we have plenty.",
            ),
            them(
                23 * HOUR + 10,
                "Quick question, is the kitchen wheelchair accessible? My mum is joining 😊",
            ),
        ],
    },
    Conversation {
        customer: customer("يوسف عبد الله", "+201000000020"),
        status: Status::Open,
        assigned: None,
        unread: 0,
        messages: &[
            them(5 * DAY + 700, "السلام عليكم، كم سعر خبز الشعير؟"),
            us(5 * DAY + 690, TOM, Tick::Read, "وعليكم السلام! الرغيف بثلاثة يورو."),
            them(5 * DAY + 684, "ممتاز، وهل هو خالٍ من السكر؟"),
            us(5 * DAY + 671, TOM, Tick::Sent, "نعم: شعير وماء وملح وخميرة فقط."),
        ],
    },
    Conversation {
        customer: customer("Sofía Herrera", "+34600000021"),
        status: Status::Open,
        assigned: Some(TOM),
        unread: 0,
        messages: &[
            them(
                DAY + 9 * HOUR,
                "Buenos días, mi pedido de ayer llegó sin las magdalenas 😕",
            ),
            us(
                DAY + 8 * HOUR + 50,
                TOM,
                Tick::Read,
                "¡Vaya, perdona, Sofía! Te las llevamos hoy sin coste. ¿A qué hora te va bien?",
            ),
            them(DAY + 8 * HOUR + 45, "A partir de las 5 estoy en casa"),
            us(
                DAY + 8 * HOUR + 40,
                TOM,
                Tick::Read,
                "Perfecto, entre las 5 y las 6. Y van dos de regalo.",
            ),
            them(
                DAY + 30,
                "Llegaron! Riquísimas, gracias por resolverlo tan rápido ❤️",
            ),
            us(
                DAY + 12,
                TOM,
                Tick::Failed,
                "¡Gracias a ti, Sofía! Hasta la próxima.",
            ),
        ],
    },
    Conversation {
        customer: customer("Matilda Lindqvist", "+46701740622"),
        status: Status::Closed,
        assigned: Some(LUCIA),
        unread: 0,
        messages: &[
            them(
                8 * DAY + 500,
                "Hej! Is it possible to rent the café for a small wedding brunch in May? About 30 guests.",
            ),
            us(
                8 * DAY + 470,
                LUCIA,
                Tick::Read,
                "Hej Matilda, congratulations! Yes, on Saturdays until 14:00. The patio seats 34.",
            ),
            them(8 * DAY + 455, "That sounds wonderful. Could we come and see it?"),
            us(
                8 * DAY + 440,
                LUCIA,
                Tick::Read,
                "Of course. Tomorrow at 17:00, after we close?",
            ),
            them(8 * DAY + 433, "Perfect, see you then!"),
            them(
                7 * DAY + 200,
                "It is exactly what we hoped for. We'd like to book the 16th of May.",
            ),
            us(
                7 * DAY + 180,
                LUCIA,
                Tick::Read,
                "The 16th is yours 💐 I've sent the details and the deposit link to your email.",
            ),
            them(6 * DAY + 900, "Deposit paid. Tack så mycket!"),
            us(
                6 * DAY + 880,
                LUCIA,
                Tick::Read,
                "Received, thank you. See you in May!",
            ),
        ],
    },
    Conversation {
        customer: customer("Nour Benali", "+212600000023"),
        status: Status::Open,
        assigned: None,
        unread: 1,
        messages: &[
            them(9 * HOUR + 15, "Bonsoir, vous livrez aussi à Torremolinos ?"),
            us(
                9 * HOUR + 2,
                INES,
                Tick::Read,
                "Bonsoir Nour ! Oui, à partir de 25 €, livraison 4 €.",
            ),
            them(
                8 * HOUR + 58,
                "Parfait. Alors une pastela pour 6 et un pain de campagne, pour demain midi si possible",
            ),
        ],
    },
];
