/** Lifelike people and talk for the mock API. */
export const MEMBERS = [
  { name: "Marina Duarte", email: "marina@demo.example", role: "owner" },
  { name: "Tomás Ferreira", email: "tomas@demo.example", role: "agent" },
  { name: "Ayşe Demir", email: "ayse@demo.example", role: "agent" },
  { name: "Noor Haddad", email: "noor@demo.example", role: "viewer" },
] as const;

export const TAGS = [
  { name: "VIP", color: "#8b5cf6" },
  { name: "Wholesale", color: "#0ea5e9" },
  { name: "Returns", color: "#f59e0b" },
];

/** Talk between a customer (`c`) and the team (`a`), newest last. */
export const TALKS: {
  name: string;
  phone: string;
  company?: string;
  talk: [who: "c" | "a", text: string][];
}[] = [
  {
    name: "Ana Beatriz Ramos",
    phone: "+5511987654321",
    talk: [
      ["c", "Oi, tudo bem? Vocês entregam no Tatuapé?"],
      ["a", "Oi Ana! Entregamos sim, de terça a sábado. 🙂"],
      ["c", "Ótimo! Queria 2 kg do Mantiqueira, moído para coador"],
      ["a", "Anotado: *2 kg Mantiqueira, moagem média*. Fica R$ 138 com a entrega."],
      ["c", "Perfeito. Posso pagar no Pix?"],
      ["a", "Pode! A chave é o nosso CNPJ, já te mando."],
      ["c", "Fechado, acabei de pagar 🙌"],
      ["c", "Dá para entregar depois das 18h?"],
    ],
  },
  {
    name: "Jonas Weber",
    phone: "+4915123456789",
    company: "Café Kleinod",
    talk: [
      ["c", "Hello, the last delivery was 3 kg short."],
      ["a", "Hello Jonas, I am sorry. Let me look at the packing list."],
      [
        "a",
        "You are right, one box stayed here. We send it today with the express courier: https://track.example/KL-20931.",
      ],
      ["c", "Thank you, that was quick."],
    ],
  },
  {
    name: "فاطمة الزهراء",
    phone: "+971501234567",
    talk: [
      ["c", "السلام عليكم، هل لديكم قهوة عربية بالهيل؟"],
      ["a", "وعليكم السلام، نعم لدينا نوعان: خفيف ومتوسط التحميص."],
      ["c", "أريد كيلو من الخفيف لو سمحتم"],
    ],
  },
  {
    name: "Lucía Fernández",
    phone: "+34612345678",
    talk: [
      ["c", "Hola, ¿tenéis el molinillo manual en stock?"],
      ["a", "¡Hola Lucía! Nos quedan dos, en negro."],
      ["c", "¿Me guardas uno hasta el viernes?"],
      ["a", "Guardado a tu nombre. ~45 €~ 39 € hasta el domingo."],
    ],
  },
  {
    name: "Kwame Mensah",
    phone: "+233241234567",
    company: "Mensah & Sons Trading",
    talk: [
      ["c", "Good morning. Do you have a price list for green beans, 60 kg bags?"],
      ["a", "Good morning Kwame. Yes, I prepare one for you now."],
      ["c", "Please include shipping to Tema."],
    ],
  },
  {
    name: "Priya Nair",
    phone: "+919876543210",
    talk: [
      ["c", "My subscription box has not arrived yet :("],
      ["a", "Hi Priya, sorry about that. The courier says it is at the local office."],
      ["c", "ok will pick it up tomorrow"],
      ["a", "Thank you! I add a bag of the new harvest to the next box for the trouble."],
      ["c", "aww thanks a lot!! ❤️"],
    ],
  },
  {
    name: "Oliver Smith",
    phone: "+447911123456",
    talk: [["c", "Hi, are you open on Monday? It's a bank holiday."]],
  },
  {
    name: "Camille Laurent",
    phone: "+33612345678",
    company: "Hôtel des Tilleuls",
    talk: [
      ["c", "Bonjour, nous aurions besoin de 12 kg pour la semaine prochaine."],
      ["a", "Bonjour Camille, c'est noté. Livraison mardi matin comme d'habitude ?"],
      ["c", "Oui, avant 9h si possible."],
      ["a", "Parfait."],
    ],
  },
  {
    name: "Mehmet Yılmaz",
    phone: "+905321234567",
    talk: [
      ["c", "Merhaba, V60 filtre kağıdı var mı?"],
      ["a", "Merhaba, evet: 01 ve 02 numara."],
    ],
  },
  {
    name: "Sofia Rossi",
    phone: "+393331234567",
    talk: [["c", "Buongiorno! Il corso di latte art è ancora disponibile sabato?"]],
  },
  {
    name: "Grace Okafor",
    phone: "+2348012345678",
    talk: [
      ["c", "The grinder makes a strange noise since yesterday"],
      ["a", "Hello Grace, could you send us a short video of it?"],
      ["c", "I will do it tonight"],
    ],
  },
  {
    name: "Daniel Kim",
    phone: "+821012345678",
    talk: [
      ["c", "Can I change the address of order 5512?"],
      ["a", "Of course, where should it go?"],
    ],
  },
  { name: "", phone: "+5521998877665", talk: [["c", "boa tarde, qual o horário de vocês?"]] },
];

export const FIRST = [
  "Elena",
  "Rafael",
  "Yuki",
  "Omar",
  "Ingrid",
  "Thabo",
  "Chloé",
  "Mateo",
  "Leila",
  "Björn",
  "Zanele",
  "Paulo",
];
export const LAST = [
  "Costa",
  "Novak",
  "Tanaka",
  "Haddad",
  "Larsen",
  "Dlamini",
  "Moreau",
  "García",
  "Rahimi",
  "Lindqvist",
  "Silva",
];
export const LINES = [
  "Thank you, have a nice day!",
  "When will it ship?",
  "Could you send me the invoice?",
  "Is the Ethiopian still available?",
  "I would like to order again",
  "Perfect 👍",
  "Obrigado!",
  "Can you call me tomorrow?",
];
